"""What every way to train hands on to be scored, saved and reported."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray


class LabelledRows(Protocol):
    """Rows of a split; their labels have the shape that Task says."""

    ids: NDArray[Any]
    labels: NDArray[Any]

    def __len__(self) -> int: ...


@dataclass(frozen=True)
class Trained:
    """A model that is best on validation, and how it came about."""

    splits: Mapping[str, LabelledRows]
    test_logits: Callable[[], NDArray[Any]]
    """Of all test rows in their order, in the shape that Task says."""
    predict_texts: Callable[[Sequence[Sequence[str]]], NDArray[Any]]
    """The same of any rows, given as their texts, one or the two of a pair. It refers to nothing
    that only training needs."""
    save: Callable[[Path], None]
    """Writes all that is needed to use the model into a folder."""
    validation_scores: Mapping[str, float]
    """The task's metrics, and a multi-label task's `threshold`."""
    num_parameters: int
    precision: str | None = None
    """Of the arithmetic: "fp32", "bf16" or "fp16"; None without a neural network."""
    best_epoch: float | None = None
    """None, like the other fields below, where there are no epochs."""
    history: Sequence[Mapping[str, float]] = ()
    """One entry per epoch."""
    epochs_trained: float = 0
    stopped_early: bool = False
    micro_batch_size: int | None = None
    """Rows that are in memory at once; None where a batch is counted in tokens."""
    gradient_accumulation_steps: int | None = None
    padding_share: float | None = None
    """Of all tokens processed in training, 0..1."""
    train_rows_per_second: float | None = None
    train_peak_bytes: int | None = None
    """Memory in use at most, as earlier attempts at the job found it too; None if none noted it."""
    tokens_per_text: float | None = None
    """Mean over the test rows, as they were cut; None where texts are no tokens."""
    notes: Sequence[str] = ()
    """Sentences on what a reader would not expect."""
    chosen: Mapping[str, Any] = field(default_factory=dict)
    """Settings that validation decided."""

    @property
    def threshold(self) -> float | None:
        return self.validation_scores.get("threshold")
