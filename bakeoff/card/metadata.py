"""The metadata of a model card, as the hub reads it.

https://huggingface.co/docs/hub/model-cards lists the members. Every value is written as JSON,
which is YAML as well, so that no text can be read as anything but a text.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from bakeoff.card.public_names import data_name
from bakeoff.methods import is_baseline, is_fine_tuned
from bakeoff.quoting import printable
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary
from bakeoff.summary.job import JobSummary

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)
_PIPELINE_TAG = "text-classification"
# By the names that the hub has for them.
_KNOWN_METRICS = ("accuracy", "f1", "precision", "recall", "mae", "roc_auc", "brier_score")


def metadata(
    summary: Summary, candidate: CandidateSummary, job: JobSummary, license: str | None
) -> str:
    """The lines between the marks `---`, and these."""
    members = {
        "pipeline_tag": _PIPELINE_TAG,
        "library_name": "transformers" if is_fine_tuned(candidate.method) else "bakeoff",
        "license": license,
        "base_model": base_model(candidate),
        "datasets": _datasets(summary),
        "metrics": [name for name in job.test if name in _KNOWN_METRICS] or None,
        "tags": ["bakeoff", candidate.method],
        "model-index": [_results(summary, candidate, job)],
    }
    lines = [
        f"{name}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in members.items()
        if value is not None
    ]
    return "\n".join(["---", *lines, "---"])


def is_hub_id(text: str) -> bool:
    """Whether the text can be an id on the hub, and nothing else."""
    return _HUB_ID.fullmatch(text) is not None and ".." not in text and "--" not in text


def base_model(candidate: CandidateSummary) -> str | None:
    """Its id on the hub; None for a baseline, and for a model that is not on the hub."""
    if is_baseline(candidate.method) or not is_hub_id(candidate.model):
        return None
    return candidate.model


def _datasets(summary: Summary) -> list[str] | None:
    """None for rows of files, which have no commit of the hub."""
    conditions = summary.conditions
    on_hub = conditions.dataset_revision is not None and is_hub_id(conditions.dataset)
    return [conditions.dataset] if on_hub else None


def _results(summary: Summary, candidate: CandidateSummary, job: JobSummary) -> Mapping[str, Any]:
    conditions = summary.conditions
    on_hub = _datasets(summary)
    dataset = {
        "name": printable(data_name(summary)),
        "type": on_hub[0] if on_hub else "private",
        "split": "test",
        **({"revision": conditions.dataset_revision} if on_hub else {}),
    }
    return {
        "name": summary.provenance.name,
        "results": [
            {
                "task": {"type": _PIPELINE_TAG},
                "dataset": dataset,
                "metrics": [
                    {"type": name, "name": name, "value": value} for name, value in job.test.items()
                ],
            }
        ],
    }
