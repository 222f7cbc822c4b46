"""What a candidate's answers are worth where not all of them are taken."""

from bakeoff.summary.part import Part


class CoveragePoint(Part):
    """The rows that a model answers if people answer those that it is least sure of."""

    coverage: float
    """The share of the test rows that it answers, 0 to 1."""
    accuracy: float
    """The share of right answers among them; of several labels, all must be right."""


class PrecisionPoint(Part):
    recall: float
    """The share of the rows with the positive label to be found, 0 to 1."""
    precision: float
    """The highest precision at which so many or more are found."""


class DecisionCurves(Part):
    """On test, means over the seeds."""

    coverage: list[CoveragePoint]
    """By falling coverage, from 1."""
    precision_recall: list[PrecisionPoint]
    """By rising recall, to 1; empty unless the task is binary."""
