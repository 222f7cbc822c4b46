"""metrics.json and predictions.npz: the results of a training job, at full precision."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from job import hardware
from job.decisions import Decisions
from job.job_metrics import DatasetIdentity, JobMetrics
from job.library_versions import library_versions
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from scoring.task import Task
from scoring.validation_evidence import ValidationEvidence, validation_evidence

LIBRARIES = (
    "accelerate",
    "numpy",
    "peft",
    "pyarrow",
    "safetensors",
    "scikit-learn",
    "scipy",
    "tokenizers",
    "torch",
    "transformers",
)


def epoch_history(log_history: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """One entry per epoch from the Trainer's log, with its training loss and validation scores."""
    epochs: dict[float, dict[str, float]] = {}
    for entry in log_history:
        row = epochs.setdefault(round(entry["epoch"], 6), {"epoch": entry["epoch"]})
        if "loss" in entry:
            row["train_loss"] = entry["loss"]
            row["learning_rate"] = entry["learning_rate"]
        for name, value in entry.items():
            if name.startswith("eval_") and not name.endswith("_per_second"):
                row[name.removeprefix("eval_").replace("runtime", "seconds")] = value
    return [row for row in epochs.values() if "loss" in row]


def best_of(history: Sequence[dict[str, float]], config: TrainingConfig) -> dict[str, float]:
    """The first epoch with the best main metric on validation, which the Trainer chooses too."""
    sign = 1.0 if config.higher_is_better else -1.0
    return max(history, key=lambda row: sign * row[config.main_metric])


def metrics_of(
    config: TrainingConfig,
    trained: Trained,
    decisions: Decisions,
    *,
    memory_of: str,
    test_scores: Mapping[str, float] | None = None,
    model_bytes: int | None = None,
) -> JobMetrics:
    """The job's metrics as far as they are known once the model is saved, `model_bytes` large;
    a rung neither scores test nor saves a model."""
    task, dataset = task_of(config), config.dataset
    evidence = _validation_evidence(config, trained)
    average, positive_label = _averaging(task)
    return JobMetrics(
        candidate=config.candidate,
        model=config.model,
        model_revision=config.model_revision,
        method=config.method,
        stage=config.stage,
        seed=config.seed,
        task=config.task,
        average=average,
        positive_label=positive_label,
        **asdict(decisions),
        max_length=config.max_length,
        best_epoch=trained.best_epoch,
        epochs_trained=trained.epochs_trained,
        stopped_early=trained.stopped_early,
        metrics={
            "validation": _reported(trained, task, trained.validation_scores),
            **({} if test_scores is None else {"test": _reported(trained, task, test_scores)}),
        },
        validation_standard_error=evidence.standard_error,
        majority_p_value=evidence.majority_p_value,
        learning_rate=trained.learning_rate,
        learning_rates_tried=[*trained.learning_rates_tried],
        steps_planned=trained.steps_planned,
        steps_trained=trained.steps_trained,
        train_tokens=trained.train_tokens,
        cpu_seconds=trained.cpu_seconds,
        history=[dict(epoch) for epoch in trained.history],
        rows={split: len(rows) for split, rows in trained.splits.items()},
        num_parameters=trained.num_parameters,
        model_bytes=None if config.is_hosted else model_bytes,
        device=hardware.device_name(uses_gpu=config.uses_gpu),
        precision=trained.precision,
        micro_batch_size=trained.micro_batch_size,
        gradient_accumulation_steps=trained.gradient_accumulation_steps,
        padding_share=trained.padding_share,
        train_rows_per_second=trained.train_rows_per_second,
        notes=list(trained.notes),
        chosen=dict(trained.chosen),
        has_reused_vectors=trained.has_reused_vectors(),
        has_probabilities=trained.has_probabilities,
        asked=trained.asked(),
        library_versions=library_versions(LIBRARIES),
        dataset=DatasetIdentity(dataset.id, dataset.revision, dataset.fingerprint),
        train_peak_bytes=trained.train_peak_bytes,
        memory_of=memory_of,
    )


def _validation_evidence(config: TrainingConfig, trained: Trained) -> ValidationEvidence:
    validation = trained.splits["validation"]
    return validation_evidence(
        task_of(config),
        config.main_metric,
        higher_is_better=config.higher_is_better,
        train_labels=trained.splits["train"].labels,
        labels=validation.labels,
        logits=trained.validation_logits,
        threshold=trained.threshold,
    )


def _reported(trained: Trained, task: Task, scores: Mapping[str, float]) -> dict[str, float]:
    """Without the threshold, and without what takes probabilities where there are none."""
    names = task.metrics if trained.has_probabilities else task.answer_metrics
    return {name: scores[name] for name in names if name in scores}


def _averaging(task: Task) -> tuple[str | None, str | None]:
    """How f1, precision and recall are averaged, and their positive label; None without them."""
    if not task.is_classification:
        return None, None
    if task.positive_index is None:
        return "macro", None
    return "binary", task.labels[task.positive_index]


def write_predictions(
    path: Path,
    ids: NDArray[np.integer],
    labels: NDArray[np.number],
    logits: NDArray[np.floating],
) -> None:
    """Writes the test rows' ids (rows,), and labels and logits in the shapes that Task defines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, ids=ids, labels=labels, logits=logits.astype(np.float32))
