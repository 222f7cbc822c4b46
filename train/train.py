"""The training job: trains one candidate with one seed, and scores test once.

Run by SageMaker's in-container toolkit, which lays out the folders of `job/job_folders.py`.
"""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from documents.json_documents import write_document
from job.decisions import Decisions, decisions_of
from job.inference_costs import InferenceCosts, inference_costs
from job.instance_type import instance_type_of
from job.job_failure import MAX_CHARACTERS, failure_sentence
from job.job_folders import JobFolders
from job.job_metrics import JobMetrics
from job.label_probabilities import FILE_NAME as LABEL_PROBABILITIES
from job.label_probabilities import label_probabilities, write_label_probabilities
from job.loading import loading_libraries
from job.log_lines import evaluation_line, print_failure
from job.peak_memory import larger, peak_memory
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
    # Whether models may have code of their own; only the deployment can set it.
    allow_remote_code = environ.get("ALLOW_REMOTE_CODE") == "true"
    clock = PhaseClock()
    memory = peak_memory(uses_gpu=config.uses_gpu)
    trained = trained_model(config, folders, clock, allow_remote_code=allow_remote_code)
    trained = replace(
        trained,
        train_peak_bytes=larger(memory.peak_bytes(), trained.train_peak_bytes),
        cpu_seconds=trained.cpu_seconds or clock.cpu_seconds("train"),
    )
    if trained.best_epoch is None and trained.validation_scores:
        # Methods with epochs have already printed a line for each.
        print(evaluation_line("validation", 0, trained.validation_scores), flush=True)
    decisions = decisions_of(config, trained)
    if config.is_rung:
        metrics = metrics_of(config, trained, decisions, memory_of=memory.kind)
        _write(metrics, folders, clock)
        return
    test_logits = trained.test_logits()
    test_scores = _score_test(trained, config, decisions, folders.output, test_logits)
    clock.end("test")
    if config.is_curve:
        metrics = metrics_of(
            config, trained, decisions, memory_of=memory.kind, test_scores=test_scores
        )
        _write(metrics, folders, clock)
        _leave(config, folders)
        return
    trained.save(folders.trained_model)
    add_facts(folders.trained_model, config, decisions, trained)
    ship_code(folders.trained_model, config.method)
    clock.end("save")
    label_notes = []
    if trained.train_logits is not None and task_of(config).is_classification:
        label_notes = _look_at_labels(trained, folders.output, test_logits, decisions.temperature)
        clock.end("labels")
    metrics = metrics_of(
        config,
        trained,
        decisions,
        memory_of=memory.kind,
        test_scores=test_scores,
        model_bytes=_size_bytes(folders.trained_model),
    )
    predict, tokens_per_text = trained.predict_texts, trained.tokens_per_text()
    measured = trained.inference()
    # Inference does not need rows, optimiser and the like, so their memory must not count.
    del trained, test_logits
    if config.is_hosted:
        inference = InferenceCosts(measured, [])
    else:
        inference = inference_costs(
            predict,
            folders.sample,
            memory,
            device=metrics.device,
            tokens_per_text=tokens_per_text,
            environ=environ,
        )
    clock.end("measure")
    notes = [*metrics.notes, *label_notes, *inference.notes]
    _write(replace(metrics, inference=inference.measured, notes=notes), folders, clock)
    _leave(config, folders)


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


def _look_at_labels(
    trained: Trained, output: Path, test_logits: NDArray[Any], temperature: float | None
) -> list[str]:
    """Write what the model says of the rows' labels. A failure is a note: a trained model must not
    be lost to it."""
    try:
        found = label_probabilities(trained, test_logits, temperature)
        if found is not None:
            write_label_probabilities(output / LABEL_PROBABILITIES, found, trained.splits)
    except Exception as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        return [f"Labels were not looked at for mistakes: {why[:MAX_CHARACTERS]}"]
    return []


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
