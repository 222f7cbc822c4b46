"""The course of a training job, epoch by epoch."""

from collections.abc import Mapping

from bakeoff.jobs.result import JobResult
from bakeoff.summary.epochs import EpochPoint, LearningCurve


def learning_curve(job: JobResult, main_metric: str) -> LearningCurve | None:
    """The curve from the job's history; None for a method without epochs."""
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
