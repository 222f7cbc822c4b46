"""The baseline that ignores texts: it predicts label frequencies, or the mean in a regression."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.saved_model import MODEL_FILE, description
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from scoring.task import Task
from training_data.text_rows import TextRows
from training_data.tokenised_rows import SPLITS


def majority_baseline(config: TrainingConfig, folders: JobFolders, clock: PhaseClock) -> Trained:
    """Run the job; ends the clock's phases load and train."""
    task = task_of(config)
    splits = {split: TextRows(folders.dataset / f"{split}.parquet", task) for split in SPLITS}
    clock.end("load")
    outputs = majority_outputs(task, splits["train"].labels)
    validation = splits["validation"].labels
    scores = task.validation_scores(_repeated(outputs, len(validation)), validation)
    clock.end("train")

    def save(folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        content = {**description(config, scores), "outputs": outputs.tolist()}
        (folder / MODEL_FILE).write_text(json.dumps(content, indent=1), encoding="utf-8")

    return Trained(
        splits=splits,
        test_logits=lambda: task.logits_from(_repeated(outputs, len(splits["test"]))),
        predict_texts=lambda rows: task.logits_from(_repeated(outputs, len(rows))),
        save=save,
        validation_scores=scores,
        num_parameters=outputs.size,
    )


def majority_outputs(task: Task, labels: NDArray[Any]) -> NDArray[np.float64]:
    """The output for every row, (num_outputs,).

    binary, multiclass: the logarithms of the classes' shares; multilabel: the log-odds of each
    label; regression: the mean. Counts are increased by one, so that all outputs are finite.
    """
    if task.is_regression:
        return np.array([labels.mean()])
    if task.is_multilabel:
        having = labels.sum(axis=0, dtype=np.float64)
        return np.asarray(np.log((having + 1) / (len(labels) - having + 1)))
    counts = np.bincount(labels, minlength=task.num_outputs)
    return np.asarray(np.log((counts + 1) / (len(labels) + task.num_outputs)))


def _repeated(outputs: NDArray[np.float64], rows: int) -> NDArray[np.float64]:
    return np.tile(outputs, (rows, 1))
