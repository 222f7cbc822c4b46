"""How a candidate's predicted numbers lie about the true ones."""

from bakeoff.summary.part import Part


class ResidualBin(Part):
    """Test rows with predictions of a similar size, and what they miss the truth by."""

    low: float
    """The smallest of their predictions."""
    high: float
    """The largest."""
    rows: float
    """Mean over the seeds."""
    quantiles: list[float]
    """The 5th, 25th, 50th, 75th and 95th percentile of predicted minus true."""


class RegressionFit(Part):
    ends: list[float]
    """The ends of the cells in rising order, one more than cells; the same for true and predicted
    numbers and for all candidates. The first and the last cell hold what lies beyond, too."""
    counts: list[list[float]]
    """Test rows by the cell of their true (rows) and their predicted number (columns); means over
    the seeds."""
    residuals: list[ResidualBin]
    """By rising predictions, each with about as many rows."""
