"""A training job's folders as the toolkit creates them, with a data set that a model can learn."""

import contextlib
import io
import json
import random
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from transformers import AutoTokenizer

from documents.json_documents import write_document
from job import inference_costs
from job.training_config import Recipe, TrainingConfig, TrainingDataset
from snapshot.dataset_snapshot import LABEL_TYPES
from tests.support.tiny_models import MAX_TOKENS, build_tiny_model
from tests.support.token_files import write_rows
from train import main

LABEL_WORDS = {
    "good": ("superb", "lovely", "brilliant", "moving"),
    "bad": ("dreadful", "tedious", "clumsy", "dull"),
    "mixed": ("uneven", "patchy", "middling", "average"),
}
NEUTRAL_WORDS = ("the", "film", "plot", "actor", "scene", "camera", "music", "story")
BASELINES = ("majority", "tfidf")
ROWS = {"train": 480, "validation": 60, "test": 90}
# Perfect scores would all be equal, so every tenth row wrongly has the first label.
WRONG_EVERY = 10


class TinyRow(NamedTuple):
    """`label` is a class number, a list of them, or a measured number, depending on the task."""

    text: str
    text_pair: str | None
    label: Any


@dataclass(frozen=True)
class Outcome:
    """The outcome of one run of the script."""

    status: int
    log: str

    @property
    def lines(self) -> list[str]:
        return [line for line in self.log.splitlines() if line.startswith("bakeoff ")]


class TinyJob:
    """One training job under `base`, which takes the place of /opt/ml."""

    def __init__(self, base: Path) -> None:
        self.base = base
        # To time as many predictions as a real job takes longer than these trainings.
        self.timed_calls = 5
        self.environ = {
            "SAGEMAKER_BASE_DIR": str(base),
            **{
                f"SM_CHANNEL_{name.upper()}": str(self._channel(name))
                for name in ("config", "dataset", "tokenised", "model", "sample")
            },
            "SM_MODEL_DIR": str(base / "model"),
            "SM_OUTPUT_DATA_DIR": str(base / "output" / "data"),
            "SM_OUTPUT_DIR": str(base / "output"),
        }

    def run(self, log: io.StringIO | None = None) -> Outcome:
        log = log if log is not None else io.StringIO()
        with (
            contextlib.redirect_stdout(log),
            contextlib.redirect_stderr(io.StringIO()),
            mock.patch.object(inference_costs, "LEAST_CALLS", self.timed_calls),
        ):
            status = main(self.environ)
        return Outcome(status, log.getvalue())

    def replace_model(self, folder: Path) -> None:
        """Give the job the model in `folder`, which need not have the tokens of the first."""
        shutil.rmtree(self.model)
        shutil.copytree(folder, self.model)

    def write_config(self, config: dict[str, Any]) -> None:
        self.config_file.parent.mkdir(parents=True, exist_ok=True)
        self.config_file.write_text(json.dumps(config))

    @property
    def is_pair(self) -> bool:
        return bool(json.loads(self.config_file.read_text())["is_pair"])

    @property
    def config_file(self) -> Path:
        return self._channel("config") / "config.json"

    @property
    def model(self) -> Path:
        return self._channel("model")

    @property
    def dataset(self) -> Path:
        return self._channel("dataset")

    @property
    def tokenised(self) -> Path:
        return self._channel("tokenised")

    @property
    def sample(self) -> Path:
        return self._channel("sample")

    @property
    def trained_model(self) -> Path:
        return self.base / "model"

    @property
    def checkpoints(self) -> Path:
        return self.base / "checkpoints"

    @property
    def failure(self) -> str:
        return (self.base / "output" / "failure").read_text()

    @property
    def metrics(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.metrics_file.read_text())
        return document

    @property
    def metrics_file(self) -> Path:
        return self.base / "output" / "data" / "metrics.json"

    @property
    def predictions(self) -> dict[str, np.ndarray]:
        with np.load(self.metrics_file.with_name("predictions.npz")) as arrays:
            return dict(arrays)

    def _channel(self, name: str) -> Path:
        return self.base / "input" / "data" / name


class InterruptingLog(io.StringIO):
    """Interrupts the process when it prints a certain text, like a reclaimed spot instance."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self._at = at

    def write(self, text: str) -> int:
        if self._at in text:
            raise KeyboardInterrupt
        return super().write(text)


def prepared_job(
    base: Path,
    family: str = "bert",
    labels: tuple[str, ...] = ("bad", "good"),
    seed: int = 42,
    positive_label: str | None = "good",
    method: str = "full",
    task: str | None = None,
    is_pair: bool = False,
    **hyperparameters: Any,
) -> TinyJob:
    """A job as PrepareData and PlanWave leave it, about to start.

    Without `task` it is binary or multiclass, depending on the number of labels.
    """
    job = TinyJob(base)
    task = task or ("binary" if len(labels) == 2 else "multiclass")
    splits = {split: tiny_rows(task, labels, count, split) for split, count in ROWS.items()}
    if is_pair:
        splits = {split: as_pairs(rows) for split, rows in splits.items()}
    ids = _ids(splits)
    for split, rows in splits.items():
        write_texts(job.dataset / f"{split}.parquet", ids[split], rows, task)
    _write_sample(job.sample, splits["test"])
    if method not in BASELINES:
        build_tiny_model(family, job.model, [row.text for row in splits["train"]])
        _tokenise(job, ids, splits, task)
    positive_label = positive_label if task == "binary" else None
    config = _config(family, seed, method, hyperparameters)
    config = replace(
        config,
        task=task,
        labels=[] if task == "regression" else list(labels),
        positive_label=positive_label,
        is_pair=is_pair,
        main_metric={"multilabel": "micro_f1", "regression": "rmse"}.get(task, "f1"),
        higher_is_better=task != "regression",
    )
    write_document(job.config_file, config)
    return job


def tiny_rows(task: str, labels: tuple[str, ...], count: int, split: str) -> list[TinyRow]:
    """Texts of different lengths in random order, whose words reveal their labels."""
    chance = random.Random(f"{split} {labels}")
    rows = []
    for number in range(count):
        # Equally many texts per label.
        label: Any = number % len(labels)
        revealed = [label]
        if task == "multilabel":
            revealed = label = [other for other in range(len(labels)) if chance.random() < 0.4]
        elif task == "regression":
            revealed = chance.choices(range(len(labels)), k=4)
            label = sum(revealed) / 2
        elif number % WRONG_EVERY == 1:
            label = 0
        words = chance.choices(NEUTRAL_WORDS, k=chance.randint(2, 10))
        for each in revealed:
            word = chance.choice(LABEL_WORDS[labels[each]])
            words.insert(chance.randrange(len(words)), word)
        rows.append(TinyRow(" ".join(words), None, label))
    chance.shuffle(rows)
    return rows


def as_pairs(rows: list[TinyRow]) -> list[TinyRow]:
    """The second text reveals the label."""
    return [TinyRow(NEUTRAL_WORDS[len(row.text) % 8], row.text, row.label) for row in rows]


def _ids(splits: dict[str, list[TinyRow]]) -> dict[str, list[int]]:
    ids, first = {}, 0
    for split, rows in splits.items():
        ids[split] = list(range(first, first + len(rows)))
        first += len(rows)
    return ids


def write_texts(path: Path, ids: list[int], rows: list[TinyRow], task: str) -> None:
    columns: dict[str, Any] = {"id": ids, "text": [row.text for row in rows]}
    if rows[0].text_pair is not None:
        columns["text_pair"] = [row.text_pair for row in rows]
    columns["label"] = pa.array([row.label for row in rows], LABEL_TYPES[task])
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


def _write_sample(folder: Path, rows: list[TinyRow]) -> None:
    texts = [
        [row.text] if row.text_pair is None else [row.text, row.text_pair] for row in reversed(rows)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "texts.json").write_text(json.dumps({"texts": texts}), encoding="utf-8")


def _tokenise(
    job: TinyJob, ids: dict[str, list[int]], splits: dict[str, list[TinyRow]], task: str
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(job.model)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
        tokenizer.save_pretrained(job.model)
    for split, rows in splits.items():
        pairs = None if rows[0].text_pair is None else [row.text_pair for row in rows]
        encoded = tokenizer([row.text for row in rows], pairs, return_attention_mask=False)
        labels = [row.label for row in rows]
        write_rows(job.tokenised / f"{split}.parquet", ids[split], labels, {**encoded}, task)


def _config(family: str, seed: int, method: str, hyperparameters: dict[str, Any]) -> TrainingConfig:
    """The configuration of a binary task."""
    is_baseline = method in BASELINES
    candidate = f"tiny-{family}-abc123"
    recipe = {
        "epochs": 3,
        "train_batch_size": 16,
        "eval_batch_size": 16,
        "learning_rate": 3e-3,
        "weight_decay": 0.01,
    }
    return TrainingConfig(
        run="0123456789abcdef",
        item=f"{candidate}-s{seed}",
        candidate=candidate,
        model=f"baseline/{method}" if is_baseline else f"tiny/{family}",
        model_revision=None if is_baseline else "f" * 40,
        seed=seed,
        method=method,
        task="binary",
        labels=["bad", "good"],
        positive_label="good",
        is_pair=False,
        main_metric="f1",
        higher_is_better=True,
        max_length=None if is_baseline else MAX_TOKENS,
        recipe=Recipe(**recipe | hyperparameters),
        learning_rates=[hyperparameters.get("learning_rate", recipe["learning_rate"])],
        trial_share=1.0,
        stop_share=1.0,
        stage="final",
        num_train_rows=None,
        dataset=TrainingDataset("tiny/reviews", "e" * 40, "d" * 64, ROWS),
        target_metric=None,
        target_value=None,
        instruction=None,
        label_descriptions={},
        most_input_tokens=None,
        most_output_tokens=None,
    )
