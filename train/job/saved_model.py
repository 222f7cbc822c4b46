"""model.json: describes saved models that are more than a transformer."""

from collections.abc import Mapping
from typing import Any

from job.training_config import TrainingConfig

SCHEMA_VERSION = 1
MODEL_FILE = "model.json"
WEIGHTS_FILE = "head.safetensors"
VOCABULARY_FILE = "vocabulary.json"


def description(config: TrainingConfig, validation_scores: Mapping[str, float]) -> dict[str, Any]:
    """The meaning of the model's outputs, with the labels in their order.

    They are logits of classes in binary and multiclass tasks, logits of labels in multilabel tasks
    (assigned where the sigmoid is at least `threshold`), and the number itself in a regression.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "method": config.method,
        "model": config.model,
        "model_revision": config.model_revision,
        "task": config.task,
        "labels": config.labels,
        "threshold": validation_scores.get("threshold"),
    }
