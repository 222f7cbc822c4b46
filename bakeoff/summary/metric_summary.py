"""A metric of a candidate."""

from bakeoff.summary.interval import Interval
from bakeoff.summary.part import Part


class MetricSummary(Part):
    """A metric on one split, over a candidate's completed seeds."""

    mean: float
    std: float | None
    """The sample standard deviation; None for fewer than two seeds."""
    by_seed: dict[int, float | None]
    """None where a seed's value is missing or not a finite number."""
    interval: Interval | None
    """The confidence interval of the mean. None on validation, and where there are no predictions
    to compute it from."""
