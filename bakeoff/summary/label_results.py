"""How a candidate does on each label."""

from bakeoff.summary.part import Part


class Confusion(Part):
    """Test rows by their label (rows) and by the predicted label (columns).

    Means over the seeds. Where labels are many, those with the most test rows, and `other`.
    """

    labels: list[str]
    counts: list[list[float]]


class LabelScores(Part):
    """The scores of one label on test; means over the seeds."""

    label: str
    rows: int
    """Test rows that have the label."""
    precision: float
    recall: float
    f1: float
