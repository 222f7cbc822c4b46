"""How training went, epoch by epoch."""

from bakeoff.summary.part import Part


class EpochPoint(Part):
    epoch: float
    train_loss: float | None
    validation_loss: float | None
    validation_metric: float | None
    """The main metric."""


class LearningCurve(Part):
    seed: int
    epochs: list[EpochPoint]
