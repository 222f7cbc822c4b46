"""The test rows that candidates get wrong."""

from bakeoff.summary.part import Part


class RowPrediction(Part):
    candidate: str
    predicted: str
    """The prediction of the first completed seed."""
    confidence: float | None
    """Its probability, 0 to 1; None in a regression."""


class HardRow(Part):
    """A test row that most candidates get wrong, or are far from."""

    id: int
    """The row's number in the test split that it comes from."""
    texts: list[str]
    """Shortened for reading; empty if PrepareData left none."""
    label: str
    wrong_share: float
    """The share of the jobs that get it wrong, baselines excluded, 0 to 1; in a regression the mean
    absolute error."""
    predictions: list[RowPrediction]
    """Of the best fifty candidates."""
