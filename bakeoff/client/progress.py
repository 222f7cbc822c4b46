"""The progress of a run's candidates, computed from a snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from bakeoff import metrics
from bakeoff.client.snapshot import Snapshot, TrainingJob
from bakeoff.jobs.recipe import recipe_of
from bakeoff.jobs.result import JobResult
from bakeoff.methods import is_used
from bakeoff.names import item_key
from bakeoff.race.stage_bounds import is_racer
from bakeoff.request.resolved import Candidate, ResolvedRequest
from bakeoff.summary.display_names import display_names

# SageMaker's words for the phases of a job, in ours; an unknown one is shown as it is.
_STATES = {
    "Pending": "starting",
    "LaunchingMLInstances": "starting",
    "PreparingTrainingStack": "starting",
    "DownloadingTrainingImage": "downloading",
    "MaxRuntimeExceeded": "stopped",
    "MaxWaitTimeExceeded": "stopped",
    "Failed": "failed",
    # The result is yet to be written.
    "Completed": "uploading",
}
_FROM_FINAL_ON = ("final", "curve")
_FAILED = ("failed", "stopped", "missing")
# An attempt that ended so may have another after it.
_GIVEN_UP = ("Failed", "Stopped")


@dataclass(frozen=True)
class CandidateProgress:
    """One line of the table."""

    candidate: str
    label: str
    method: str
    state: str
    seeds: str
    """Training jobs that have ended, of all: `1/3`; empty without any in this stage."""
    epoch: str
    """Epochs that have ended, of all: `1/2`; while learning rates are tried, those of one rate.
    Empty before the first job."""
    metrics: Mapping[str, float]
    """By name; of `split`."""
    shown_metrics: Sequence[str]
    """The names that a table has room for, the main metric first."""
    split: str
    """`validation` while training, `test` at the end, empty without metrics."""
    seconds: float | None
    """Time in training jobs so far."""
    reason: str | None = None


def progress(snapshot: Snapshot, now: datetime) -> list[CandidateProgress]:
    """The candidates in the request's order; none before the request is read."""
    request = snapshot.request
    if request is None:
        return []
    names = display_names(request.candidates)
    return [
        _candidate_progress(candidate, names[candidate.candidate], request, snapshot, now)
        for candidate in request.candidates
    ]


def _candidate_progress(
    candidate: Candidate, label: str, request: ResolvedRequest, snapshot: Snapshot, now: datetime
) -> CandidateProgress:
    items = _items_of(candidate, request, snapshot)
    results = [snapshot.results[item] for item in items if item in snapshot.results]
    jobs = [snapshot.jobs[item] for item in items if item in snapshot.jobs]
    completed = [result for result in results if result.status == "completed"]
    values, split = _metrics(completed, jobs)
    has_epochs = is_used("epochs", candidate.method)
    return CandidateProgress(
        candidate=candidate.candidate,
        label=label,
        method=candidate.method,
        state=_state(candidate, items, results, jobs, snapshot),
        seeds=f"{len(results)}/{len(items)}" if items else "",
        epoch=_epoch(_epochs(candidate, snapshot), completed, jobs) if has_epochs else "",
        metrics=values,
        shown_metrics=_shown_metrics(request, snapshot),
        split=split,
        seconds=_seconds(results, jobs, now),
        reason=_reason(candidate.candidate, results, snapshot),
    )


def _items_of(candidate: Candidate, request: ResolvedRequest, snapshot: Snapshot) -> Sequence[str]:
    """The items of its jobs: from the final on one for each seed, before it those of the last
    wave."""
    last = snapshot.items[-1] if snapshot.items else None
    if last is None or last.stage in _FROM_FINAL_ON:
        return [item_key(candidate.candidate, seed) for seed in request.seeds_of(candidate)]
    return [
        item.item
        for item in snapshot.items or []
        if (item.wave, item.candidate) == (last.wave, candidate.candidate)
    ]


def _dropped(candidate: str, snapshot: Snapshot) -> tuple[str, str | None] | None:
    """Its state and the reason, if it dropped out of the race."""
    for outcome in snapshot.outcomes:
        for entrant in outcome.entrants:
            if entrant.candidate == candidate and not entrant.is_kept:
                state = "screened" if outcome.stage == "screening" else "stopped"
                return ("failed" if entrant.score is None else state), entrant.reason
    return None


def _state(
    candidate: Candidate,
    items: Sequence[str],
    results: Sequence[JobResult],
    jobs: Sequence[TrainingJob],
    snapshot: Snapshot,
) -> str:
    if _preparation_failure(candidate.candidate, snapshot) is not None:
        return "failed"
    dropped = _dropped(candidate.candidate, snapshot)
    if dropped is not None:
        return dropped[0]
    stage = snapshot.items[-1].stage if snapshot.items else "final"
    if stage == "screening" and is_racer(candidate.method):
        return _screening_state(candidate.candidate, snapshot)
    if stage not in _FROM_FINAL_ON and len(results) == len(items):
        return "waiting"
    if stage == "curve" and _is_on_curve(candidate.candidate, snapshot):
        return "learning curve"
    if len(results) == len(items):
        num_failed = sum(result.status in _FAILED for result in results)
        return "failed" if num_failed == len(items) else "partial" if num_failed else "completed"
    if snapshot.execution.status not in ("RUNNING", "SUCCEEDED"):
        return "ended"
    if snapshot.items is None:
        return "preparing"
    if all(job.status in _GIVEN_UP for job in jobs):
        if snapshot.waiting.intersection(items):
            return "waiting for quota"
        if not jobs:
            return "waiting"
    # Of several jobs the one that has come furthest speaks for the candidate.
    job = max(jobs, key=lambda job: (job.status == "Training", bool(job.metrics)))
    if job.trial is not None and job.status == "Training":
        return f"trying rate {job.trial.place}/{job.trial.num_rates}"
    return _STATES.get(job.status, job.status.lower())


def _is_on_curve(candidate: str, snapshot: Snapshot) -> bool:
    """Whether it is training on parts of the rows."""
    return any(
        item.candidate == candidate and item.stage == "curve" and item.item not in snapshot.results
        for item in snapshot.items or []
    )


def _screening_state(candidate: str, snapshot: Snapshot) -> str:
    was_scored = snapshot.screened.get(candidate)
    return "screening" if was_scored is None else "waiting" if was_scored else "failed"


def _epochs(candidate: Candidate, snapshot: Snapshot) -> int:
    """The most epochs; 0 before the number of rows decides."""
    dataset = snapshot.manifest.dataset if snapshot.manifest else None
    if dataset is None:
        return 0
    return recipe_of(candidate, dataset.rows, encoder_parameters=None).epochs


def _epoch(epochs: int, completed: Sequence[JobResult], jobs: Sequence[TrainingJob]) -> str:
    ended = [
        job.trial.epoch if job.trial else int(job.metrics.get("validation:epoch", 0))
        for job in jobs
    ]
    if ended:
        return f"{max(ended)}/{epochs}"
    # Early stopping may have ended it before.
    trained = [result.metrics.epochs_trained for result in completed if result.metrics]
    return f"{max(int(each or epochs) for each in trained)}/{epochs}" if trained else ""


def _shown_metrics(request: ResolvedRequest, snapshot: Snapshot) -> Sequence[str]:
    """The task's metrics; before it is known, those of the requested or else the first task."""
    dataset = snapshot.manifest.dataset if snapshot.manifest else None
    task = dataset.task if dataset else request.task or metrics.TASKS[0]
    main, second, *_ = metrics.headlines(task, request.main_metric_of(task))
    return tuple(dict.fromkeys((main, second, "loss")))


def _metrics(
    completed: Sequence[JobResult], jobs: Sequence[TrainingJob]
) -> tuple[Mapping[str, float], str]:
    """Test metrics, as a mean over the seeds, as soon as there are any."""
    tested = [scores for result in completed if (scores := result.scores("test"))]
    if tested:
        shared = [name for name in tested[0] if all(name in scores for scores in tested)]
        return {name: fmean(scores[name] for scores in tested) for name in shared}, "test"
    if completed:
        return completed[0].scores("validation"), "validation"
    job = max(jobs, key=lambda job: job.metrics.get("validation:epoch", 0), default=None)
    validated = _of_split(job.metrics, "validation") if job else {}
    return validated, "validation" if validated else ""


def _of_split(metrics: Mapping[str, float], split: str) -> dict[str, float]:
    prefix = f"{split}:"
    return {
        name.removeprefix(prefix): value
        for name, value in metrics.items()
        if name.startswith(prefix)
    }


def _seconds(
    results: Sequence[JobResult], jobs: Sequence[TrainingJob], now: datetime
) -> float | None:
    ended = [result.training_seconds for result in results if result.training_seconds is not None]
    running = [(now - job.started).total_seconds() for job in jobs if job.started is not None]
    return sum(ended) + sum(running) if ended or running else None


def _reason(candidate: str, results: Sequence[JobResult], snapshot: Snapshot) -> str | None:
    failure = _preparation_failure(candidate, snapshot)
    dropped = _dropped(candidate, snapshot)
    if dropped is not None:
        return dropped[1]
    return failure or next((result.reason for result in results if result.reason), None)


def _preparation_failure(candidate: str, snapshot: Snapshot) -> str | None:
    model = snapshot.manifest.model(candidate) if snapshot.manifest else None
    if model is None or model.status == "ready":
        return None
    return model.reason or "The model could not be prepared."
