"""A screening job's folders as the toolkit creates them, with tiny models."""

import contextlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

from documents.json_documents import write_document
from job.training_config import Recipe
from limits.limited_process import LimitedProcesses
from screen import main
from screening.screening_config import ScreenedModel, ScreeningConfig
from tests.support.tiny_job import (
    InterruptingLog,
    Outcome,
    TinyRow,
    as_pairs,
    tiny_rows,
    write_texts,
)
from tests.support.tiny_models import MAX_TOKENS, build_tiny_model

ROWS = {"train": 120, "validation": 40}
RECIPE = Recipe(train_batch_size=16, eval_batch_size=32)


@dataclass(frozen=True)
class TinyScreening:
    """One screening job under `base`, which takes the place of /opt/ml."""

    base: Path
    config: ScreeningConfig

    def run(self, processes: LimitedProcesses, stop_at: str | None = None) -> Outcome:
        """Run the script; an instance is reclaimed when it prints `stop_at`."""
        log = io.StringIO() if stop_at is None else InterruptingLog(stop_at)
        environ = {"SAGEMAKER_BASE_DIR": str(self.base)}
        with contextlib.redirect_stdout(log), contextlib.redirect_stderr(io.StringIO()):
            status = main(environ, processes)
        return Outcome(status, log.getvalue())

    def with_models(self, models: Sequence[ScreenedModel]) -> "TinyScreening":
        """The same job for other candidates."""
        job = replace(self, config=replace(self.config, models=list(models)))
        write_document(self._channel("config") / "config.json", job.config)
        return job

    def model(self, number: int) -> Path:
        return self._channel(f"model-{number}")

    @property
    def train_rows(self) -> Path:
        return self._channel("dataset") / "train.parquet"

    @property
    def checkpoints(self) -> Path:
        return self.base / "checkpoints"

    @property
    def failure(self) -> str:
        return (self.base / "output" / "failure").read_text()

    @property
    def scores(self) -> dict[str, dict[str, Any]]:
        """By candidate, without what differs from run to run."""
        path = self.base / "output" / "data" / "screening.json"
        document = json.loads(path.read_text())
        return {
            score["candidate"]: {
                name: value for name, value in score.items() if "seconds" not in name
            }
            for score in document["scores"]
        }

    def _channel(self, name: str) -> Path:
        return self.base / "input" / "data" / name


def prepared_screening(
    base: Path,
    families: Sequence[str] = ("bert",),
    *,
    task: str = "binary",
    labels: tuple[str, ...] = ("bad", "good"),
    kind: str = "features",
    is_pair: bool = False,
    **changes: Any,
) -> TinyScreening:
    """A job whose candidates are the tiny models of the families, with these names."""
    splits = {split: tiny_rows(task, labels, count, split) for split, count in ROWS.items()}
    if is_pair:
        splits = {split: as_pairs(rows) for split, rows in splits.items()}
    is_regression = task == "regression"
    config = ScreeningConfig(
        run="0123456789abcdef",
        item="screening-1",
        task=task,
        labels=[] if is_regression else list(labels),
        positive_label="good" if task == "binary" else None,
        is_pair=is_pair,
        main_metric={"multilabel": "micro_f1", "regression": "rmse"}.get(task, "f1"),
        higher_is_better=not is_regression,
        seed=42,
        kind=kind,
        max_rows=100,
        max_length=32,
        models=[
            ScreenedModel(
                candidate=family,
                method="full",
                model_channel=f"model-{number}",
                max_length=MAX_TOKENS,
                recipe=RECIPE if kind == "short_training" else None,
                learning_rate=3e-3 if kind == "short_training" else None,
                steps=20 if kind == "short_training" else None,
            )
            for number, family in enumerate(families)
        ],
    )
    job = TinyScreening(base, replace(config, **changes))
    _write(job, families, splits)
    return job


def _write(job: TinyScreening, families: Sequence[str], splits: dict[str, list[TinyRow]]) -> None:
    channels = job.base / "input" / "data"
    for split, rows in splits.items():
        path = channels / "dataset" / f"{split}.parquet"
        write_texts(path, list(range(len(rows))), rows, job.config.task)
    for number, family in enumerate(families):
        folder = build_tiny_model(family, job.model(number), [row.text for row in splits["train"]])
        tokenizer = AutoTokenizer.from_pretrained(folder)
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
            tokenizer.save_pretrained(folder)
    write_document(channels / "config" / "config.json", job.config)
