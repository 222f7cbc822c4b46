"""How models of ours, which are no transformers alone, are described where they are saved."""

from collections.abc import Mapping
from typing import Any

from job.training_config import TrainingConfig

SCHEMA_VERSION = 1
MODEL_FILE = "model.json"
WEIGHTS_FILE = "head.safetensors"
VOCABULARY_FILE = "vocabulary.json"


def description(config: TrainingConfig, validation_scores: Mapping[str, float]) -> dict[str, Any]:
    """What the outputs mean: labels in their order, and from which probability on they are given.

    Of binary and multiclass tasks the outputs are logits of classes, of multilabel ones logits of
    labels (given where the sigmoid is at least `threshold`), of a regression the number itself.
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
