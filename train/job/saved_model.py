"""What is saved beside a model's weights, for those who use it.

model.json describes models that are more than a transformer. A transformer has its config.json.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from job.decisions import Decisions
from job.trained import Trained
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


def add_facts(folder: Path, config: TrainingConfig, decisions: Decisions, trained: Trained) -> None:
    """Add to the saved model what its use takes beside the weights: the task, how texts are cut,
    and what validation decided.

    They are members of model.json or, in a transformer's config.json, of its member `bakeoff`,
    since the library gives a `temperature` of its own another meaning.
    """
    facts = {
        **description(config, trained.validation_scores),
        "positive_label": config.positive_label,
        "is_pair": config.is_pair,
        "max_length": config.max_length,
        "batch_rows": config.recipe.eval_batch_size,
        "precision": trained.precision,
        **asdict(decisions),
    }
    path = folder / MODEL_FILE
    if path.exists():
        # What the method has written says more: its texts may be cut earlier.
        _write(path, {**facts, **_read(path), **asdict(decisions)})
    else:
        path = folder / _TRANSFORMER_FILE
        _write(path, {**_read(path), _TRANSFORMER_MEMBER: facts})


def read_facts(folder: Path) -> dict[str, Any]:
    """What `add_facts` has added; of a model with model.json all that is in there.

    Raises OSError, ValueError or KeyError if the folder holds no model that a job has saved.
    """
    path = folder / MODEL_FILE
    if path.exists():
        return _read(path)
    facts: dict[str, Any] = _read(folder / _TRANSFORMER_FILE)[_TRANSFORMER_MEMBER]
    return facts


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
