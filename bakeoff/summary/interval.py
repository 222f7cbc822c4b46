"""A confidence interval."""

from bakeoff.summary.part import Part


class Interval(Part):
    """A confidence interval at the summary's `confidence`."""

    low: float
    high: float
