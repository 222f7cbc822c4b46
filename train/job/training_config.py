"""The job's configuration: one JSON file, because SageMaker mangles hyperparameters into text."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from documents.json_documents import NAME, read_document


@dataclass(frozen=True)
class Recipe:
    """How to train, with nothing left open; the defaults are those of the request, as far as it has
    numbers."""

    epochs: int = 2
    train_batch_size: int = 32
    """Rows."""
    eval_batch_size: int = 64
    """Rows."""
    learning_rate: float = 5e-5
    warmup_steps: int | None = None
    warmup_ratio: float | None = 0.1
    """A share of all steps, 0..1; only where warmup_steps is None."""
    weight_decay: float = 0.0
    schedule: str = "linear"
    """How the learning rate falls to 0 after the warm-up: "linear" or "cosine"."""
    max_grad_norm: float = 1.0
    """0: gradients are not clipped."""
    label_smoothing: float = 0.0
    """0..<1, in classification."""
    class_weights: str | None = None
    """None: all rows count alike; "balanced": each in inverse proportion to its class's rows."""
    early_stopping_patience: int | None = None
    """Epochs without a better main metric on validation; None: all epochs."""
    checkpoint_steps: int | None = 500
    """A further checkpoint every so many steps; None: after epochs only."""
    batching: str = "length"
    """By "length", so that a batch's texts are similarly long, or "random"."""
    train_batch_tokens: int | None = None
    """Tokens of a batch, padding included, in place of train_batch_size."""
    lora_rank: int = 8
    lora_alpha: int = 16
    lora_dropout: float = 0.1
    prompt_examples: int | None = None
    """Train rows that a prompt shows; None: chosen on validation."""

    def warmup_for(self, total_steps: int) -> int:
        """Steps in which the learning rate rises from 0, of all steps that the job takes."""
        if self.warmup_steps is not None:
            return self.warmup_steps
        return math.ceil(total_steps * (self.warmup_ratio or 0.0))


@dataclass(frozen=True)
class TrainingDataset:
    id: str
    revision: str | None
    """The commit on the hub; None for files."""
    fingerprint: str
    rows: dict[str, int]
    """By split."""


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """config.json, as PlanTraining writes it."""

    schema_version: int = 3
    run: str
    item: str
    candidate: str
    model: str
    model_revision: str | None
    seed: int
    method: str
    """"full", "lora", "frozen", "prompt", "static" or "zeroshot" for models, "majority" or "tfidf"
    for baselines."""
    task: str
    """One of "binary", "multiclass", "multilabel" and "regression"."""
    labels: list[str]
    """In the order of their numbers; empty in a regression."""
    positive_label: str | None
    is_pair: bool
    """Whether a row has two texts."""
    main_metric: str
    higher_is_better: bool
    max_length: int | None
    """Tokens after which texts were cut; None for baselines, which have no tokens."""
    recipe: Recipe = field(metadata={NAME: "hyperparameters"})
    learning_rates: list[float]
    """Ascending, at least one. Several are tried, and the best on validation goes on."""
    trial_share: float
    """The share of the steps, 0 < .. <= 1, after which the rates are compared."""
    stop_share: float
    """Below 1, the job ends after this share of the steps and keeps its checkpoints, from which
    the candidate's next job goes on."""
    stage: str
    """"rung": a part of the training, without test; "final"; "curve": with a part of the rows, to
    be scored and no more."""
    num_train_rows: int | None
    """So many rows of train are trained on (`training_data/train_share.py`); None: all."""
    dataset: TrainingDataset
    target_metric: str | None
    """"precision" or "recall" of the positive label; None without a target."""
    target_value: float | None
    """What it must reach, 0..1."""
    instruction: str | None
    """What a language model is asked about a text; None: what suits the task, or a method that asks
    nothing."""
    label_descriptions: dict[str, str]
    """What labels mean, by label, for methods that go by their names; others say it themselves."""
    most_input_tokens: int | None
    """What a hosted model may be asked in all, which bounds the cost; None for other models."""
    most_output_tokens: int | None
    """What it may answer in all."""

    @property
    def uses_gpu(self) -> bool:
        """Whether the model that the method gives is a neural network on this instance."""
        return self.method not in ("static", "majority", "tfidf") and not self.is_hosted

    @property
    def is_hosted(self) -> bool:
        """Whether the model is behind an API, which is asked."""
        return self.model.startswith("bedrock/")

    @property
    def is_fine_tuned(self) -> bool:
        """Whether an optimiser trains the model's weights."""
        return self.method in ("full", "lora")

    @property
    def is_rung(self) -> bool:
        """Whether the job trains a part of the steps only, and scores no test."""
        return self.stage == "rung"

    @property
    def is_curve(self) -> bool:
        """Whether only the scores are wanted, for a learning curve."""
        return self.stage == "curve"

    def is_better(self, one: Mapping[str, float], other: Mapping[str, float]) -> bool:
        """Whether the main metric is better in the scores `one` than in `other`."""
        difference = one[self.main_metric] - other[self.main_metric]
        return difference > 0 if self.higher_is_better else difference < 0

    @property
    def tokens_kept(self) -> int:
        """max_length of a model. Raises ValueError for baselines, which have none."""
        if self.max_length is None:
            raise ValueError(f"max_length is missing for the method {self.method}")
        return self.max_length

    @property
    def positive_index(self) -> int | None:
        """The class whose F1, precision and recall count; None: the mean over all classes."""
        if self.task != "binary":
            return None
        if self.positive_label is None:
            return 1
        return self.labels.index(self.positive_label)


def read_training_config(path: Path) -> TrainingConfig:
    """Raises DocumentError for a configuration of another version, and for a broken one."""
    return read_document(TrainingConfig, path)
