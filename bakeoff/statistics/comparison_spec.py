"""The specification of a comparison, the same for all of its candidates."""

from dataclasses import dataclass

from bakeoff.metrics import METRICS_OF, Task, higher_is_better

RESAMPLES = 2000


@dataclass(frozen=True)
class ComparisonSpec:
    """What to compare the candidates on, and how to test the differences.

    Raises ValueError if the task lacks the main metric, or a number is out of range.
    """

    task: Task
    labels: tuple[str, ...]
    """In the order of their numbers; empty for regression."""
    positive_label: str | None
    """The label that F1, precision and recall of a binary task are computed for."""
    main_metric: str
    confidence: float = 0.95
    """Level of the intervals and tests, 0..1; p <= 1 - confidence is significant."""
    resamples: int = RESAMPLES
    seed: int = 0
    """Seed of the bootstrap."""
    main_metric_only: bool = False
    """Whether the other metrics are left out of the scores, which saves the time that they take."""

    def __post_init__(self) -> None:
        if self.main_metric not in self.metrics:
            raise ValueError(f"{self.main_metric} is not a metric of {self.task}")
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence is {self.confidence}, but must be between 0 and 1")
        if self.resamples < 2:
            raise ValueError(f"resamples is {self.resamples}, but must be at least 2")

    @property
    def metrics(self) -> tuple[str, ...]:
        return METRICS_OF[self.task]

    @property
    def scored_metrics(self) -> tuple[str, ...]:
        return (self.main_metric,) if self.main_metric_only else self.metrics

    @property
    def higher_is_better(self) -> bool:
        return higher_is_better(self.main_metric)

    @property
    def positive_index(self) -> int | None:
        """The positive label's number; None if F1 is a mean over the labels."""
        if self.task != "binary" or self.positive_label is None:
            return None
        return self.labels.index(self.positive_label)
