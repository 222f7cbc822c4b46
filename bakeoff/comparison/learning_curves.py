"""How a training job went, epoch by epoch, from its own history."""

from collections.abc import Mapping

from bakeoff.jobs.result import JobResult
from bakeoff.summary.document import EpochPoint, LearningCurve


def learning_curve(job: JobResult, main_metric: str) -> LearningCurve | None:
    """None for a job that knows no epochs."""
    history = job.metrics.history if job.metrics else []
    points = [point for each in history if (point := _point(each, main_metric)) is not None]
    return LearningCurve(seed=job.seed, epochs=points) if points else None


def _point(entry: Mapping[str, float | None], main_metric: str) -> EpochPoint | None:
    epoch = entry.get("epoch")
    if epoch is None:
        return None
    return EpochPoint(
        epoch=epoch,
        train_loss=entry.get("train_loss"),
        validation_loss=entry.get("loss"),
        validation_metric=entry.get(main_metric),
    )
