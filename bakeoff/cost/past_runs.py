"""How long the jobs of a run took, kept for the estimates of later runs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.cost.tokens_read import NUMBERS_OF_A_SCALE, Answering, tokens_read
from bakeoff.documents import Document
from bakeoff.errors import DocumentError, StorageError
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.stage import Stage
from bakeoff.methods import is_used
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.manifest import Manifest, Rows
from bakeoff.request.resolved import Candidate, ResolvedRequest

SCHEMA_VERSION = 1

MAX_PAST_RUNS = 200
"""Estimates are based on the newest runs, up to this many."""
MAX_PAST_RUN_BYTES = 1_000_000
"""A larger record, of thousands of jobs, adds hardly anything and is not read."""

# The phases of a job whose duration grows with the number of rows. A rung scores no test rows.
_WORK: Mapping[Stage, tuple[str, ...]] = {
    "screening": (),
    "rung": ("train",),
    "final": ("train", "test"),
    # Of a part of the rows.
    "curve": (),
}

# The backward pass of a training step costs about twice the forward pass.
_TRAINING_WORK = 3


class PastJob(BaseModel):
    """A completed training job."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, extra="ignore")

    instance_type: str
    device: str | None
    model: str
    """As in the request: a hub id or an S3 URI."""
    method: str
    num_parameters: int | None
    """None for a baseline."""
    tokens_per_row: float | None
    """The mean, after truncation; for a baseline in words."""
    num_answers: int | None = None
    """As in `Answering`, and so are the next two; older records lack them."""
    entails: bool = False
    prompt_examples: int | None = None
    epochs: int
    """As trained; 1 for methods without epochs."""
    train_tokens: float | None = None
    """Tokens that training has processed, without padding, trials of learning rates included; None
    if not known, as in records of older deployments, and for methods without steps."""
    tests: int = 1
    """How often the test rows were scored: 0 in a rung."""
    work_seconds: float
    """Time of the phases whose duration grows with the number of rows."""
    fixed_seconds: float
    """The rest of the job: starting, loading, measuring, saving."""
    billable_share: float
    """Billed share of the job's seconds, 0 to 1; below 1 with managed spot training."""

    @property
    def answering(self) -> Answering:
        return Answering(self.num_answers, self.entails, self.prompt_examples)


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
    """The runs that can be read, in the order of `keys`; `read` may raise StorageError."""
    runs = []
    for key in keys:
        try:
            runs.append(PastRun.from_json(read(key) or b""))
        except (DocumentError, StorageError) as error:
            warn(f"{key} cannot be read: {error}")
    return runs


def past_run(
    resolved: ResolvedRequest,
    manifest: Manifest,
    data_card: DataCard | None,
    jobs: Iterable[JobResult],
) -> PastRun | None:
    """The record of a run under `layout.past_run_key`; None if no job of it can be estimated from.

    Args:
        data_card: None leaves the lengths of texts unknown.
        jobs: of all candidates; only completed ones count.
    """
    candidates = {candidate.candidate: candidate for candidate in resolved.candidates}
    records = [
        past
        for job in jobs
        if (past := _past_job(job, candidates.get(job.candidate), manifest, data_card)) is not None
    ]
    if manifest.dataset is None or not records:
        return None
    return PastRun(
        run=resolved.run,
        dataset=resolved.dataset.id,
        max_train_rows=resolved.max_train_rows,
        max_test_rows=resolved.max_test_rows,
        rows=manifest.dataset.rows,
        jobs=records,
    )


def work(
    method: str,
    rows: Rows,
    epochs: float,
    tokens_per_row: float,
    tests: float = 1.0,
    answering: Answering | None = None,
) -> float:
    """The work of a job, in passes of one token through the model.

    Fine-tuning passes over train in each epoch, forward and backward, and evaluates on validation;
    other methods only read (`tokens_read.py`).
    """
    if not is_used("epochs", method):
        return tokens_read(method, rows, tokens_per_row, answering)
    per_epoch = _TRAINING_WORK * rows.train + rows.validation
    return tokens_per_row * (epochs * per_epoch + tests * rows.test)


def past_work(job: PastJob, rows: Rows) -> float | None:
    """The work that a past job did on these rows, as `work`; None if it is not known."""
    if job.tokens_per_row is None:
        return None
    if job.train_tokens is None:
        done = work(job.method, rows, job.epochs, job.tokens_per_row, job.tests, job.answering)
        return done or None
    evaluated_rows = job.epochs * rows.validation + job.tests * rows.test
    return _TRAINING_WORK * job.train_tokens + job.tokens_per_row * evaluated_rows


def answering_of(candidate: Candidate, manifest: Manifest) -> Answering:
    model, dataset = manifest.model(candidate.candidate), manifest.dataset
    return Answering(
        num_answers=(len(dataset.labels) or NUMBERS_OF_A_SCALE) if dataset else None,
        entails=model is not None and model.entails,
        prompt_examples=candidate.hyperparameters.prompt_examples,
    )


def _past_job(
    job: JobResult,
    candidate: Candidate | None,
    manifest: Manifest,
    data_card: DataCard | None,
) -> PastJob | None:
    """None where the job's duration or its candidate is not known."""
    metrics = job.metrics or JobMetrics()
    phases = _WORK[job.stage]
    seconds = [metrics.seconds.get(phase) for phase in phases]
    known = [each for each in seconds if each is not None]
    # A job that resumed from a checkpoint after an interruption did only part of the work.
    is_resumed = job.attempts > 1 or metrics.has_reused_vectors
    is_whole = not is_resumed and 0 < len(known) == len(phases)
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
        tokens_per_row=data_card.tokens_per_row(candidate.candidate) if data_card else None,
        **asdict(answering_of(candidate, manifest)),
        epochs=int(metrics.epochs_trained or 1),
        train_tokens=_tokens_without_padding(metrics),
        tests=phases.count("test"),
        work_seconds=sum(known),
        fixed_seconds=max(job.training_seconds - sum(known), 0),
        billable_share=min(billable_seconds / job.training_seconds, 1),
    )


def _tokens_without_padding(metrics: JobMetrics) -> float | None:
    if not metrics.train_tokens:
        return None
    return metrics.train_tokens * (1 - (metrics.padding_share or 0.0))
