"""Scores that follow from a model's number: deterministic, and the better the lower it is."""

import json
import os
import re
from pathlib import Path

NUM_MODELS = 1000
_NUMBER = re.compile(r"model-([0-9]+)")


def quality_of(model: str) -> float:
    """From 1 down to 0.5."""
    found = _NUMBER.search(model)
    return 1 - (int(found[1]) if found else NUM_MODELS) / (2 * NUM_MODELS)


def config_of_job() -> dict:
    """The job's config.json, from the channel that the toolkit names."""
    content = (Path(os.environ["SM_CHANNEL_CONFIG"]) / "config.json").read_text()
    return json.loads(content)


def output_folder() -> Path:
    """Becomes output.tar.gz."""
    return Path(os.environ["SM_OUTPUT_DATA_DIR"])
