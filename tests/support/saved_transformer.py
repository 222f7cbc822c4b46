"""Fine-tuned models as a training job saves them, with random weights, so without a training."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from job.shipped_code import ship_code
from tests.support.tiny_models import build_tiny_model

SENTENCES = (
    "a superb film about a storm",
    "dull",
    "The music is lovely, and the camera too!",
    "an actor, a camera and a plot that never ends, although nobody in the story minds",
)
MAX_LENGTH = 12


def saved_transformer(
    folder: Path,
    family: str = "bert",
    *,
    task: str = "multiclass",
    labels: Sequence[str] = ("bad", "good", "mixed"),
    is_pair: bool = False,
    ships_code: bool = False,
) -> Path:
    """Save the model in `folder`, whose texts are cut after MAX_LENGTH tokens."""
    plain = build_tiny_model(family, folder.with_name(f"{folder.name}-plain"), SENTENCES)
    state = torch.random.get_rng_state()
    torch.manual_seed(3)
    outputs = len(labels) or 1
    network = AutoModelForSequenceClassification.from_pretrained(plain, num_labels=outputs)
    with torch.no_grad():
        for weights in network.parameters():
            # As they are drawn, all texts get nearly the same logits.
            weights.mul_(3.0)
    torch.random.set_rng_state(state)
    network.save_pretrained(folder)
    AutoTokenizer.from_pretrained(plain).save_pretrained(folder)
    facts: dict[str, Any] = {
        "method": "full",
        "task": task,
        "labels": [*labels],
        "positive_label": labels[1] if task == "binary" else None,
        "is_pair": is_pair,
        "max_length": MAX_LENGTH,
        "batch_rows": 3,
        "precision": "fp32",
        "threshold": 0.4 if task == "multilabel" else None,
        "temperature": None if task == "regression" else 1.3,
    }
    config = folder / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"bakeoff": facts}))
    if ships_code:
        ship_code(folder, "full")
    return folder
