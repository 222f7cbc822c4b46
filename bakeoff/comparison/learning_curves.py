"""How a training job went, epoch by epoch, from its own history."""

from collections.abc import Mapping
from typing import Any

from bakeoff.jobs.result import JobResult, finite
from bakeoff.summary.document import EpochPoint, LearningCurve


def learning_curve(job: JobResult, main_metric: str) -> LearningCurve | None:
    """None for a job that knows no epochs."""
    history = (job.metrics or {}).get("history")
    entries = [each for each in history if isinstance(each, dict)] if history else []
    points = [point for each in entries if (point := _point(each, main_metric)) is not None]
    return LearningCurve(seed=job.seed, epochs=points) if points else None


def _point(entry: Mapping[str, Any], main_metric: str) -> EpochPoint | None:
    epoch = finite(entry.get("epoch"))
    if epoch is None:
        return None
    return EpochPoint(
        epoch=epoch,
        train_loss=finite(entry.get("train_loss")),
        validation_loss=finite(entry.get("loss")),
        validation_metric=finite(entry.get(main_metric)),
    )
