"""The training job: trains one candidate with one seed, and scores test once.

Run by SageMaker's in-container toolkit, which lays out the folders of `job/job_folders.py`.
"""

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from documents.json_documents import write_document
from job.decisions import Decisions, decisions_of
from job.inference_costs import InferenceCosts, inference_costs
from job.instance_type import instance_type_of
from job.job_failure import MAX_CHARACTERS, failure_sentence
from job.job_folders import JobFolders
from job.job_metrics import InferenceMetrics, JobMetrics
from job.label_probabilities import FILE_NAME as LABEL_PROBABILITIES
from job.label_probabilities import label_probabilities, write_label_probabilities
from job.loading import loading_libraries
from job.log_lines import evaluation_line, print_failure
from job.peak_memory import PeakMemory, larger, peak_memory
from job.phase_clock import PhaseClock
from job.prediction_table import write_prediction_table
from job.promised_gpu import check_gpu
from job.saved_model import MODEL_FILE, VOCABULARY_FILE, add_facts
from job.shipped_code import ship_code
from job.trained import Trained
from job.training_config import TrainingConfig, read_training_config
from job.training_report import metrics_of, write_predictions
from job.training_task import task_of


def main(environ: Mapping[str, str]) -> int:
    """The exit status; a failure's sentence goes to where SageMaker looks for it.

    The command line is ignored: the toolkit passes hyperparameters there, for people to see.
    """
    folders = JobFolders.from_environment(environ)
    config = None
    try:
        config = read_training_config(folders.config / "config.json")
        if config.uses_gpu:
            check_gpu(folders.resources)
        train(config, folders, environ)
    except Exception as error:
        sentence = failure_sentence(error, config)
        folders.failure.parent.mkdir(parents=True, exist_ok=True)
        folders.failure.write_text(sentence, encoding="utf-8")
        print_failure(error, sentence)
        return 1
    return 0


def train(config: TrainingConfig, folders: JobFolders, environ: Mapping[str, str]) -> None:
    """Train with the candidate's method; score test with the best model on validation, save model
    and scores, and measure the cost of inference.

    A rung ends after the training, and leaves its checkpoints to the candidate's next job. A job of
    the learning curve ends after test is scored.
    """
    clock = PhaseClock()
    memory = peak_memory(uses_gpu=config.uses_gpu)
    trained = _trained_and_measured(config, folders, environ, clock, memory)
    decisions = decisions_of(config, trained)
    if config.is_rung:
        _write(metrics_of(config, trained, decisions, memory_of=memory.kind), folders, clock)
        return
    test_logits = trained.test_logits()
    test_scores = _score_test(trained, config, decisions, folders.output, test_logits)
    clock.end("test")
    known = partial(metrics_of, memory_of=memory.kind, test_scores=test_scores)
    if config.is_curve:
        _write(known(config, trained, decisions), folders, clock)
        _leave(config, folders)
        return
    model_bytes = _save(trained, config, decisions, folders.trained_model)
    clock.end("save")
    label_notes = _look_at_labels(trained, config, folders.output, test_logits, decisions, clock)
    metrics = known(config, trained, decisions, model_bytes=model_bytes)
    predictor = _Predictor(trained.predict_texts, trained.tokens_per_text(), trained.inference())
    # Inference does not need rows, optimiser and the like, so their memory must not count.
    del trained, test_logits
    inference = _inference_costs(predictor, config, folders.sample, memory, metrics.device, environ)
    clock.end("measure")
    notes = [*metrics.notes, *label_notes, *inference.notes]
    _write(replace(metrics, inference=inference.measured, notes=notes), folders, clock)
    _leave(config, folders)


@dataclass(frozen=True)
class _Predictor:
    """What measuring inference needs of a trained model, and nothing that only training needs."""

    predict_texts: Callable[[Sequence[Sequence[str]]], NDArray[Any]]
    tokens_per_text: float | None
    measured: InferenceMetrics | None
    """What scoring test has measured already."""


def _trained_and_measured(
    config: TrainingConfig,
    folders: JobFolders,
    environ: Mapping[str, str],
    clock: PhaseClock,
    memory: PeakMemory,
) -> Trained:
    """The model as its method trains it, with what training took of memory and processors."""
    # Whether models may have code of their own; only the deployment can set it.
    allow_remote_code = environ.get("ALLOW_REMOTE_CODE") == "true"
    trained = trained_model(config, folders, clock, allow_remote_code=allow_remote_code)
    trained = replace(
        trained,
        train_peak_bytes=larger(memory.peak_bytes(), trained.train_peak_bytes),
        cpu_seconds=trained.cpu_seconds or clock.cpu_seconds("train"),
    )
    if trained.best_epoch is None and trained.validation_scores:
        # Methods with epochs have already printed a line for each.
        print(evaluation_line("validation", 0, trained.validation_scores), flush=True)
    return trained


def trained_model(
    config: TrainingConfig, folders: JobFolders, clock: PhaseClock, *, allow_remote_code: bool
) -> Trained:
    # Imported as needed: importing the encoders' libraries takes seconds, and their memory would
    # count for a baseline, too.
    match config.method:
        case "majority":
            from linear.majority_baseline import majority_baseline

            return majority_baseline(config, folders, clock)
        case "tfidf":
            from linear.tfidf_baseline import tfidf_baseline

            return tfidf_baseline(config, folders, clock)
    with loading_libraries():
        run = _training_of(config.method, is_hosted=config.is_hosted)
    _quieten_transformers()
    return run(config, folders, clock, allow_remote_code=allow_remote_code)


def _training_of(method: str, *, is_hosted: bool) -> Callable[..., Trained]:
    """What runs the job of a method that takes a model."""
    match method:
        case "full" | "lora":
            from fine_tuning.fine_tuned_model import fine_tuned_model

            return fine_tuned_model
        case "frozen":
            from linear.frozen_encoder import frozen_encoder

            return frozen_encoder
        case "prompt" if is_hosted:
            from hosted.hosted_model import hosted_model

            return hosted_model
        case "prompt":
            from prompting.prompted_model import prompted_model

            return prompted_model
        case "static":
            from linear.static_encoder import static_encoder

            return static_encoder
        case "zeroshot":
            from zeroshot.zero_shot import zero_shot

            return zero_shot
    raise ValueError(
        f"method is {method!r}, this code knows full, lora, frozen, prompt, static, zeroshot, "
        "majority and tfidf: the run was planned by another deployment, upload the request again"
    )


def _quieten_transformers() -> None:
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def _score_test(
    trained: Trained,
    config: TrainingConfig,
    decisions: Decisions,
    output: Path,
    logits: NDArray[Any],
) -> dict[str, float]:
    test, task = trained.splits["test"], task_of(config)
    scores = task.scores(logits, test.labels, trained.threshold)
    if not trained.has_probabilities:
        scores = {name: scores[name] for name in task.answer_metrics}
    print(evaluation_line("test", trained.best_epoch or 0, scores), flush=True)
    write_predictions(output / "predictions.npz", test.ids, test.labels, logits)
    if not config.is_curve:
        write_prediction_table(
            output / "predictions.parquet",
            config,
            decisions,
            test.ids,
            test.labels,
            logits,
            has_probabilities=trained.has_probabilities,
        )
    return scores


def _save(trained: Trained, config: TrainingConfig, decisions: Decisions, folder: Path) -> int:
    """Write all that using the model takes; the size in bytes of what must be loaded for it."""
    trained.save(folder)
    add_facts(folder, config, decisions, trained)
    ship_code(folder, config.method)
    return _size_bytes(folder)


def _look_at_labels(
    trained: Trained,
    config: TrainingConfig,
    output: Path,
    test_logits: NDArray[Any],
    decisions: Decisions,
    clock: PhaseClock,
) -> list[str]:
    """Write what the model says of the rows' labels, of methods and tasks that do. A failure is a
    note: a trained model must not be lost to it."""
    if trained.train_logits is None or not task_of(config).is_classification:
        return []
    notes = []
    try:
        found = label_probabilities(trained, test_logits, decisions.temperature)
        if found is not None:
            write_label_probabilities(output / LABEL_PROBABILITIES, found, trained.splits)
    except Exception as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        notes = [f"Labels were not looked at for mistakes: {why[:MAX_CHARACTERS]}"]
    clock.end("labels")
    return notes


def _inference_costs(
    predictor: _Predictor,
    config: TrainingConfig,
    sample: Path,
    memory: PeakMemory,
    device: str,
    environ: Mapping[str, str],
) -> InferenceCosts:
    """A hosted model's were measured when it answered for test."""
    if config.is_hosted:
        return InferenceCosts(predictor.measured, [])
    return inference_costs(
        predictor.predict_texts,
        sample,
        memory,
        device=device,
        tokens_per_text=predictor.tokens_per_text,
        environ=environ,
    )


def _write(metrics: JobMetrics, folders: JobFolders, clock: PhaseClock) -> None:
    written = replace(
        metrics,
        instance_type=instance_type_of(folders.resources) or None,
        seconds=clock.seconds(),
    )
    write_document(folders.output / "metrics.json", written)


def _leave(config: TrainingConfig, folders: JobFolders) -> None:
    """Empty the checkpoints: no attempt will go on from them, and with the optimiser's state they
    are large. Vectors of a model that was not trained stay there for other jobs."""
    if not config.is_fine_tuned:
        return
    for each in folders.checkpoints.glob("*"):
        shutil.rmtree(each) if each.is_dir() else each.unlink()


def _size_bytes(folder: Path) -> int:
    """The size of the files that must be loaded to use the model: weights or their equivalent."""
    patterns = ("*.safetensors", VOCABULARY_FILE, MODEL_FILE)
    return sum(path.stat().st_size for pattern in patterns for path in folder.rglob(pattern))


if __name__ == "__main__":
    sys.exit(main(os.environ))
