"""The baseline that ignores texts: it predicts label frequencies, or the mean in a regression."""

import json
from pathlib import Path

from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.saved_model import MODEL_FILE, description
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from scoring.constant_prediction import majority_outputs, repeated
from training_data.text_rows import SPLITS, TextRows


def majority_baseline(config: TrainingConfig, folders: JobFolders, clock: PhaseClock) -> Trained:
    """Run the job; ends the clock's phases load and train."""
    task = task_of(config)
    splits = {split: TextRows(folders.dataset / f"{split}.parquet", task) for split in SPLITS}
    clock.end("load")
    outputs = majority_outputs(task, splits["train"].labels)
    validation = splits["validation"].labels
    logits = task.logits_from(repeated(outputs, len(validation)))
    scores = task.validation_scores(logits, validation)
    clock.end("train")

    def save(folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        content = {**description(config, scores), "outputs": outputs.tolist()}
        (folder / MODEL_FILE).write_text(json.dumps(content, indent=1), encoding="utf-8")

    return Trained(
        splits=splits,
        validation_logits=logits,
        test_logits=lambda: task.logits_from(repeated(outputs, len(splits["test"]))),
        predict_texts=lambda rows: task.logits_from(repeated(outputs, len(rows))),
        save=save,
        validation_scores=scores,
        num_parameters=outputs.size,
    )
