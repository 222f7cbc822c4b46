"""What is saved beside a model's weights, for those who use it.

model.json describes models that are more than a transformer. A transformer has its config.json.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from job.training_config import TrainingConfig

SCHEMA_VERSION = 1
MODEL_FILE = "model.json"
WEIGHTS_FILE = "head.safetensors"
VOCABULARY_FILE = "vocabulary.json"
_TRANSFORMER_FILE = "config.json"
_TRANSFORMER_MEMBER = "bakeoff"


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


def add_decisions(folder: Path, decisions: Mapping[str, float | None]) -> None:
    """Add what validation decided, such as `temperature`, to the saved model.

    They are members of model.json or, in a transformer's config.json, of its member `bakeoff`,
    since the library gives a `temperature` of its own another meaning.
    """
    path = folder / MODEL_FILE
    if path.exists():
        _update(path, decisions)
    else:
        _update(folder / _TRANSFORMER_FILE, {_TRANSFORMER_MEMBER: dict(decisions)})


def _update(path: Path, members: Mapping[str, Any]) -> None:
    content = {**json.loads(path.read_text(encoding="utf-8")), **members}
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
