"""What is asked of the predictions: the same for all candidates of a comparison."""

from dataclasses import dataclass

from bakeoff.metrics import METRICS_OF, Task, higher_is_better

RESAMPLES = 2000


@dataclass(frozen=True)
class Question:
    """Raises ValueError if the main metric is none of the task's, or the confidence no share."""

    task: Task
    labels: tuple[str, ...]
    """In the order of their numbers; none in a regression."""
    positive_label: str | None
    """Which F1, precision and recall of a binary task are about."""
    main_metric: str
    confidence: float = 0.95
    """Of the intervals, and of the tests: what is significant has p <= 1 - confidence."""
    resamples: int = RESAMPLES
    seed: int = 0
    """Of the bootstrap."""

    def __post_init__(self) -> None:
        if self.main_metric not in self.metrics:
            raise ValueError(f"{self.main_metric} is no metric of {self.task}")
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence is {self.confidence}, and must be between 0 and 1")
        if self.resamples < 2:
            raise ValueError(f"resamples is {self.resamples}, and must be 2 or more")

    @property
    def metrics(self) -> tuple[str, ...]:
        return METRICS_OF[self.task]

    @property
    def higher_is_better(self) -> bool:
        return higher_is_better(self.main_metric)

    @property
    def positive_index(self) -> int | None:
        """The label's number; None where F1 is a mean over the labels."""
        if self.task != "binary" or self.positive_label is None:
            return None
        return self.labels.index(self.positive_label)
