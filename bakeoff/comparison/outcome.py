"""What became of a candidate: whether it has a result, dropped out, or failed, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.comparison.course import Course
from bakeoff.jobs.stage import Stage
from bakeoff.prepared.manifest import PreparedModel
from bakeoff.summary.candidate import CandidateStatus
from bakeoff.summary.job import JobSummary
from bakeoff.wording import listed

_ENDED_BEFORE = "The race ended before its next stage was planned: run the request again."


@dataclass(frozen=True)
class Outcome:
    status: CandidateStatus
    reason: str | None
    """None if and only if it is completed."""
    stage: Stage | None
    """The last one that it entered."""


def outcome_of(
    seeds: Sequence[int],
    jobs: Sequence[JobSummary],
    rung_jobs: Sequence[JobSummary],
    course: Course,
    model: PreparedModel | None,
) -> Outcome:
    """
    Args:
        seeds: those to train.
        jobs: those of the final.
        model: None for a baseline, and where the manifest lacks it.
    """
    if jobs:
        return _of_final(seeds, jobs)
    last, lost = course.last, [job for job in rung_jobs if job.status != "completed"]
    if course.has_dropped_out and last is not None:
        status: CandidateStatus = "screened" if last.outcome.stage == "screening" else "stopped"
        return Outcome(status, last.entrant.reason or "Others were better.", last.outcome.stage)
    stage: Stage | None = "rung" if rung_jobs else last.outcome.stage if last else None
    if lost:
        return Outcome("failed", lost[-1].reason, stage)
    if last is not None and not last.entrant.is_kept:
        return Outcome("failed", last.entrant.reason or "It has no score.", stage)
    if stage is not None:
        return Outcome("failed", _ENDED_BEFORE, stage)
    return Outcome("failed", _unprepared(model), None)


def _of_final(seeds: Sequence[int], jobs: Sequence[JobSummary]) -> Outcome:
    completed = [job for job in jobs if job.status == "completed"]
    lost = [job for job in jobs if job.status != "completed"]
    unplanned = [seed for seed in seeds if seed not in {job.seed for job in jobs}]
    if not completed:
        return Outcome("failed", _of_lost(lost, len(seeds)), "final")
    if lost:
        return Outcome("partial", _of_lost(lost, len(seeds)), "final")
    if unplanned:
        which = listed([str(seed) for seed in unplanned])
        noun = "Seed" if len(unplanned) == 1 else "Seeds"
        return Outcome("partial", f"{noun} {which}: {_ENDED_BEFORE}", "final")
    return Outcome("completed", None, "final")


def _of_lost(lost: Sequence[JobSummary], num_seeds: int) -> str | None:
    first = lost[0]
    if num_seeds == 1:
        return first.reason
    return f"{len(lost)} of {num_seeds} seeds have no result; seed {first.seed}: {first.reason}"


def _unprepared(model: PreparedModel | None) -> str:
    return (model.reason if model else None) or "PrepareData left no outcome for this model."
