"""A training job that asks a hosted model, and what a good one would answer."""

import json
from pathlib import Path
from typing import Any

from tests.support.stand_in_bedrock import Json, form_answer, last_text
from tests.support.tiny_job import LABEL_WORDS, TinyJob, prepared_job

MODEL = "bedrock/amazon.nova-lite-v1:0"


def hosted_job(base: Path, task: str = "binary", **changes: Any) -> TinyJob:
    """It is about to start."""
    labels = ("bad", "good") if task == "binary" else ("bad", "good", "mixed")
    recipe = {"prompt_examples": changes.pop("prompt_examples", 0)}
    job = prepared_job(base, labels=labels, method="tfidf", task=task)
    config = json.loads(job.config_file.read_text())
    config |= {
        "method": "prompt",
        "model": MODEL,
        "max_length": 64,
        "most_input_tokens": 1_000_000,
        "most_output_tokens": 1_000_000,
        **changes,
    }
    config["hyperparameters"] |= recipe
    job.write_config(config)
    return job


def knowing(request: Json) -> Json:
    """Answers by the words that tell a tiny row's label: the stand-in for a good model."""
    text = last_text(request)
    found = [label for label, words in LABEL_WORDS.items() if any(word in text for word in words)]
    form = request["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"]["properties"]
    if "number" in form:
        return form_answer({"number": form["number"]["minimum"]})
    if "labels" in form:
        return form_answer({"labels": found})
    return form_answer({"label": found[0]})
