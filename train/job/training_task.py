"""The task that a job's configuration names."""

from job.training_config import TrainingConfig
from scoring.task import Task


def task_of(config: TrainingConfig) -> Task:
    """The task with its labels in the order of their numbers."""
    return Task(config.task, tuple(config.labels), config.positive_index)
