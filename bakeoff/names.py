"""The names that Bakeoff generates: of runs, candidates, jobs and experiments.

AWS accepts letters, digits and hyphens. Model ids contain other characters and may collide once
these are replaced, so a short hash of the original keeps the names unique.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

MAX_NAME_LENGTH = 64
NAME_PATTERN = r"^[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*$"

_MAX_CANDIDATE_SLUG = 24
_CANDIDATE_HASH_LENGTH = 6
_MAX_NAME_IN_JOB = 16
# SageMaker allows 63; "-" and up to four digits of the attempt are added.
_MAX_BASE_JOB_NAME = 58
# Leaves room in the 120 characters of an experiment's or a trial's name.
_MAX_NAME_IN_EXPERIMENT = 60
_MAX_NAME_IN_PROCESSING_JOB = 32
_MAX_NAME_IN_ENDPOINT = 40

ENDPOINT_PREFIX = "bakeoff-"
"""Begins the names of all endpoints, their configurations and models."""


def slug(text: str) -> str:
    """`text` in lower-case letters, digits and single hyphens; "x" if nothing is left."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-") or "x"


def is_valid_name(name: str) -> bool:
    """Whether `name` may name a request's results."""
    return len(name) <= MAX_NAME_LENGTH and re.fullmatch(NAME_PATTERN, name) is not None


def run_id(bucket: str, key: str, version: str) -> str:
    """16 hexadecimal digits, the same for each delivery of one upload."""
    return _digest([bucket, key, version], 16)


def results_name(key: str) -> str:
    """The default name of a request's results: that of its file, made valid if necessary."""
    file_name = PurePosixPath(key).name
    stem = file_name.removesuffix(".json")
    if is_valid_name(stem):
        return stem
    return f"{_cut(slug(stem), MAX_NAME_LENGTH - 9)}-{_digest(file_name, 8)}"


def candidate_key(
    model: str,
    revision: str | None,
    overrides: Mapping[str, Any],
    hash_length: int = _CANDIDATE_HASH_LENGTH,
    method: str = "",
) -> str:
    """The key of a model with the revision and the hyperparameters that the request gives it.

    `method` is the training method to show in the key; empty for the default one.
    """
    last_part = model.rstrip("/").rsplit("/", 1)[-1].removesuffix(".tar.gz")
    suffix = f"-{slug(method)}" if method else ""
    readable = _cut(slug(last_part), _MAX_CANDIDATE_SLUG - len(suffix)) + suffix
    digest = _digest([model, revision, dict(overrides), method], hash_length)
    return f"{readable}-{digest}"


def item_key(
    candidate: str, seed: int, rung: int | None = None, train_percent: int | None = None
) -> str:
    """The key of one item of the plan, the same for all of its attempts.

    Args:
        rung: from 1; None in the final.
        train_percent: the part of the train rows, where the job trains on a part of them.
    """
    of_rung = "" if rung is None else f"-r{rung}"
    of_rows = "" if train_percent is None else f"-p{train_percent}"
    return f"{candidate}-s{seed}{of_rung}{of_rows}"


def train_percent_of(item: str) -> int | None:
    """The part of the train rows that the item's job trains on; None for all of them."""
    found = re.search(r"-s[0-9]+-p([0-9]+)$", item)
    return int(found[1]) if found else None


def screening_key(number: int) -> str:
    """The key of a screening job, from 1; no candidate's item is called so."""
    return f"screening-{number}"


def base_job_name(
    name: str,
    candidate: str,
    seed: int,
    run: str,
    rung: int | None = None,
    train_percent: int | None = None,
) -> str:
    """The training job's name without "-" and the attempt; at most 58 characters.

    The candidate's hash, the seed, the rung or the part of the rows, and the run make it unique.
    The readable part before them is cut to fit.
    """
    model, _, digest = candidate.rpartition("-")
    unique = f"-{item_key(digest, seed, rung, train_percent)}-{run[:8]}"
    readable = f"{_cut(slug(name), _MAX_NAME_IN_JOB)}-{model}"
    return _cut(readable, _MAX_BASE_JOB_NAME - len(unique)) + unique


def screening_job_name(name: str, number: int, run: str) -> str:
    """A screening job's name without "-" and the attempt."""
    return f"{_cut(slug(name), _MAX_NAME_IN_JOB)}-{screening_key(number)}-{run[:8]}"


def processing_job_name(name: str, run: str) -> str:
    return f"{_cut(slug(name), _MAX_NAME_IN_PROCESSING_JOB)}-prepare-{run}"


def prediction_job_name(name: str, number: str) -> str:
    """The name of a processing job that answers rows with a model of these results."""
    return f"{ENDPOINT_PREFIX}{_cut(slug(name), _MAX_NAME_IN_PROCESSING_JOB)}-predict-{number}"


def endpoint_name(project: str, name: str) -> str:
    """The name of the endpoint that answers with a model of these results; one per deployment."""
    readable = _cut(slug(name), _MAX_NAME_IN_ENDPOINT)
    return f"{ENDPOINT_PREFIX}{readable}-{_digest([project, name], 6)}"


def experiment_name(name: str, run: str) -> str:
    """The name of the run's SageMaker experiment."""
    return f"{_cut(slug(name), _MAX_NAME_IN_EXPERIMENT)}-{run}"


def trial_name(experiment: str, candidate: str) -> str:
    """The name of a candidate's trial; it must be unique in the account, hence the experiment."""
    return f"{experiment}-{candidate}"


def _cut(text: str, length: int) -> str:
    return text[:length].rstrip("-")


def _digest(value: object, length: int) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:length]
