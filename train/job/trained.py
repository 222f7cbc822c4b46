"""The result of every training method, to be scored, saved and reported."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from job.job_metrics import AskedMetrics, InferenceMetrics, LearningRateTrial


class LabelledRows(Protocol):
    """Rows of a split; their labels have the shape described in Task."""

    ids: NDArray[Any]
    labels: NDArray[Any]

    def __len__(self) -> int: ...


@dataclass(frozen=True)
class Trained:
    """The best model on validation, and facts about its training."""

    splits: Mapping[str, LabelledRows]
    validation_logits: NDArray[Any]
    """Those of all validation rows in order, in the shape described in Task."""
    test_logits: Callable[[], NDArray[Any]]
    """The logits of all test rows in order, in the shape described in Task."""
    predict_texts: Callable[[Sequence[Sequence[str]]], NDArray[Any]]
    """The logits of any rows of one or two texts each. It holds no references to objects that only
    training needs."""
    save: Callable[[Path], None]
    """Writes everything needed to use the model into a folder."""
    validation_scores: Mapping[str, float]
    """The task's metrics, and a multi-label task's `threshold`; empty without validation rows."""
    num_parameters: int | None
    """None for hosted models, which do not tell."""
    train_logits: Callable[[NDArray[np.integer]], NDArray[Any]] | None = None
    """Those of the train rows at these places, each by a model that was fitted on others of them;
    None for methods and tasks without."""
    precision: str | None = None
    """The numeric precision, "fp32", "bf16" or "fp16"; None without a neural network."""
    best_epoch: float | None = None
    """None, like the other fields below, for methods without epochs."""
    history: Sequence[Mapping[str, float]] = ()
    """One entry per epoch."""
    epochs_trained: float = 0
    stopped_early: bool = False
    learning_rate: float | None = None
    """The peak rate."""
    learning_rates_tried: Sequence[LearningRateTrial] = ()
    """Ascending; empty if there was only one."""
    steps_planned: int | None = None
    """Of the whole training at one rate."""
    steps_trained: int | None = None
    """Of the chosen rate."""
    cpu_seconds: float | None = None
    """Processor time of training, including earlier attempts; None where that of this phase is
    all."""
    train_tokens: int | None = None
    """Tokens that were processed in training, padding included, at all rates."""
    micro_batch_size: int | None = None
    """Rows in memory at once; None if batches are counted in tokens."""
    gradient_accumulation_steps: int | None = None
    padding_share: float | None = None
    """The share of padding among all tokens processed in training, 0..1."""
    train_rows_per_second: float | None = None
    train_peak_bytes: int | None = None
    """Peak memory, including earlier attempts at the job; None if unknown."""
    tokens_per_text: Callable[[], float | None] = lambda: None
    """Mean over the test rows after truncation, once `test_logits` has been called; None for
    methods without tokens."""
    has_reused_vectors: Callable[[], bool] = lambda: False
    """Whether an earlier job has done a part of the work; asked as `tokens_per_text`."""
    notes: Sequence[str] = ()
    """Sentences on anything unexpected; `test_logits` may add some."""
    chosen: Mapping[str, Any] = field(default_factory=dict)
    """Settings chosen on validation."""
    has_probabilities: bool = True
    """Whether the logits tell how likely answers are, not only which one was given."""
    asked: Callable[[], AskedMetrics | None] = lambda: None
    """Of a hosted model; asked as `tokens_per_text`."""
    inference: Callable[[], InferenceMetrics | None] = lambda: None
    """What scoring test has measured already; None where it is measured by itself."""

    @property
    def threshold(self) -> float | None:
        return self.validation_scores.get("threshold")
