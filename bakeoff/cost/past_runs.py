"""What the jobs of a run took, kept for the estimates of later runs."""

import operator
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.documents import Document
from bakeoff.errors import DocumentError, StorageError
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.result import JobResult, finite
from bakeoff.prepared.manifest import Manifest, Rows
from bakeoff.request.resolved import Candidate, ResolvedRequest

SCHEMA_VERSION = 1

MAX_PAST_RUNS = 200
"""Of which estimates are made: the newest."""
MAX_PAST_RUN_BYTES = 1_000_000
"""A larger one, of thousands of jobs, tells hardly more than others do, and is not read."""

# The phases of a job that take as long as there are rows; the others are there for any rows.
_WORK = ("train", "test")
_QUANTILES = (0, 5, 25, 50, 75, 95, 99, 100)

# Of the work with one token: a step of training goes forward, and twice as far back.
_TRAINING_WORK = 3
_METHODS_WITH_EPOCHS = ("full", "lora")


class PastJob(BaseModel):
    """A completed training job."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, extra="ignore")

    instance_type: str
    device: str | None
    model: str
    """As in the request: a hub id or an S3 URI."""
    method: str
    num_parameters: int | None
    """None of a baseline."""
    tokens_per_row: float | None
    """The mean, after texts are cut; of a baseline words."""
    epochs: int
    """As trained; 1 of what knows no epochs."""
    work_seconds: float
    """Of the phases that take as long as there are rows."""
    fixed_seconds: float
    """The rest of the job: starting, loading, measuring, saving."""
    billable_share: float
    """Of the job's seconds, 0 to 1: below 1 with managed spot training."""


class PastRun(Document):
    schema_version: int = SCHEMA_VERSION
    run: str
    dataset: str
    """As in the request: the hub id, or the URI of the training rows."""
    max_train_rows: int | None
    """As in the request."""
    max_test_rows: int | None
    rows: Rows
    jobs: list[PastJob] = Field(default_factory=list)


def read_past_runs(
    keys: Iterable[str], read: Callable[[str], bytes | None], warn: Callable[[str], None]
) -> list[PastRun]:
    """Those that can be understood, in the order of `keys`; `read` may raise StorageError."""
    runs = []
    for key in keys:
        try:
            runs.append(PastRun.from_json(read(key) or b""))
        except (DocumentError, StorageError) as error:
            warn(f"{key} tells nothing: {error}")
    return runs


def past_run(
    resolved: ResolvedRequest,
    manifest: Manifest,
    data_card: Mapping[str, Any] | None,
    jobs: Iterable[JobResult],
) -> PastRun | None:
    """What is kept of a run under `layout.past_run_key`; None if no job of it tells anything.

    Args:
        data_card: what data.json holds; without it lengths are not known.
        jobs: of all candidates; only those that completed count.
    """
    candidates = {candidate.candidate: candidate for candidate in resolved.candidates}
    told = [
        past
        for job in jobs
        if (past := _past_job(job, candidates.get(job.candidate), data_card)) is not None
    ]
    if manifest.dataset is None or not told:
        return None
    return PastRun(
        run=resolved.run,
        dataset=resolved.dataset.id,
        max_train_rows=resolved.max_train_rows,
        max_test_rows=resolved.max_test_rows,
        rows=manifest.dataset.rows,
        jobs=told,
    )


def work(method: str, rows: Rows, epochs: int, tokens_per_row: float) -> float:
    """What a job has to do, in passes of one token through the model.

    Fine-tuning goes through train in each epoch, forward and back, and evaluates on validation;
    everything else sees each row once.
    """
    if method not in _METHODS_WITH_EPOCHS:
        return tokens_per_row * (rows.train + rows.validation + rows.test)
    per_epoch = _TRAINING_WORK * rows.train + rows.validation
    return tokens_per_row * (epochs * per_epoch + rows.test)


def tokens_per_row(data_card: Mapping[str, Any] | None, candidate: str) -> float | None:
    """The mean over train, each row cut to the candidate's limit; of a baseline words.

    Raises nothing: a card that does not say is one that says nothing.
    """
    card = data_card or {}
    model = _at(card, "models", candidate)
    if model is None:
        return finite(_at(card, "splits", "train", "words", "mean"))
    limit = finite(_at(model, "max_length"))
    tokens = _at(model, "splits", "train", "tokens")
    mean = finite(_at(tokens, "mean"))
    longest = finite(_at(tokens, "p100"))
    if mean is None or limit is None or longest is None or longest <= limit:
        return mean
    points = [finite(_at(tokens, f"p{quantile}")) for quantile in _QUANTILES]
    cut = [min(point, limit) for point in points if point is not None]
    if len(cut) < len(_QUANTILES):
        return min(mean, limit)
    # The mean is the area under the quantiles, here as a polygon.
    shares = [(high - low) / 100 for low, high in pairwise(_QUANTILES)]
    heights = [(low + high) / 2 for low, high in pairwise(cut)]
    return min(mean, sum(map(operator.mul, shares, heights)))


def _past_job(
    job: JobResult, candidate: Candidate | None, data_card: Mapping[str, Any] | None
) -> PastJob | None:
    """None where it is not known how long the job worked, and on what."""
    metrics = job.metrics or JobMetrics()
    seconds = [metrics.seconds.get(phase) for phase in _WORK]
    known = [each for each in seconds if each is not None]
    # A job that went on from another's checkpoint has not done all the work itself.
    is_whole = job.attempts == 1 and len(known) == len(_WORK)
    if job.status != "completed" or candidate is None or not is_whole:
        return None
    if job.instance_type is None or not job.training_seconds:
        return None
    billable_seconds = job.billable_seconds or job.training_seconds
    return PastJob(
        instance_type=job.instance_type,
        device=metrics.device,
        model=candidate.model,
        method=candidate.method,
        num_parameters=metrics.num_parameters,
        tokens_per_row=tokens_per_row(data_card, candidate.candidate),
        epochs=int(metrics.epochs_trained or 1),
        work_seconds=sum(known),
        fixed_seconds=max(job.training_seconds - sum(known), 0),
        billable_share=min(billable_seconds / job.training_seconds, 1),
    )


def _at(value: object, *path: str) -> Any:
    """The member of nested objects; None if there is no such place."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
