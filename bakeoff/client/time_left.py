"""How long the jobs of a run's present stage will still take, by what they have done so far.

A job that trains reports how many of its epochs have ended; where it may stop before the last, as
nobody can foresee, what is said is the most. One that has reported nothing yet is taken to be like
the median of the others of its method. Where none of them has ended or reported anything, or a job
has taken longer than they did, nothing is guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from bakeoff.client.progress_text import duration
from bakeoff.client.snapshot import Snapshot, TrainingJob
from bakeoff.jobs.learning_rates import num_rates
from bakeoff.jobs.plan_item import PlanItem
from bakeoff.jobs.recipe import Recipe, recipe_of
from bakeoff.jobs.stage import Stage
from bakeoff.methods import is_used
from bakeoff.names import train_percent_of
from bakeoff.race.cuts import LONE_TRIAL_SHARE
from bakeoff.race.stage_bounds import is_racer
from bakeoff.request.resolved import Candidate


@dataclass(frozen=True)
class TimeLeft:
    """Of the present stage."""

    seconds: float
    share: float
    """The part of the work that is done, 0 to 1."""
    is_last_stage: bool
    may_be_less: bool = False
    """Whether a job may stop before its last epoch."""

    @property
    def words(self) -> str:
        most = "at most " if self.may_be_less else ""
        stage = "" if self.is_last_stage else " of this stage"
        return f"{most}about {duration(self.seconds)}{stage} left"


def time_left(snapshot: Snapshot, now: datetime) -> TimeLeft | None:
    """None if it cannot be estimated yet, and once all jobs of the stage have ended."""
    items = snapshot.items or []
    if not items or snapshot.execution.status != "RUNNING":
        return None
    last = items[-1]
    of_stage = [item for item in items if item.wave == last.wave]
    if last.stage == "screening":
        return _screening_left(of_stage, snapshot, now)
    open_items = [item for item in of_stage if item.item not in snapshot.results]
    if not open_items:
        return None
    running = {
        item.item: job
        for item in open_items
        if (job := snapshot.jobs.get(item.item)) is not None and job.started is not None
    }
    elapsed = {item: _elapsed(job, now) for item, job in running.items()}
    ended = {
        item.item: result.training_seconds
        for item in of_stage
        if (result := snapshot.results.get(item.item)) and result.training_seconds is not None
    }
    told = {
        item.item: elapsed[item.item] / share
        for item in open_items
        if item.item in running and (share := _share(item, running[item.item], snapshot))
    }
    known = {item: float(seconds) for item, seconds in (ended | told).items()}
    methods = {item.item: _method(item, snapshot) for item in of_stage}
    left = []
    for item in open_items:
        expected = _expected(item.item, known, methods)
        if expected is None or expected < elapsed.get(item.item, 0.0):
            return None
        left.append(expected - elapsed.get(item.item, 0.0))
    done = sum(ended.values()) + sum(elapsed.values())
    seconds = max(max(left), sum(left) / max(len(running), 1))
    share = done / max(done + sum(left), 1e-9)
    may_be_less = any(_may_stop_early(item, snapshot) for item in open_items)
    return TimeLeft(seconds, share, last.stage == _last_stage(snapshot), may_be_less)


def _last_stage(snapshot: Snapshot) -> Stage:
    has_curve = snapshot.request is not None and snapshot.request.learning_curve
    return "curve" if has_curve else "final"


def _expected(item: str, known: Mapping[str, float], methods: Mapping[str, str]) -> float | None:
    """Its own seconds, or the median of the jobs of the same method; None if there is none."""
    if item in known:
        return known[item]
    alike = [seconds for each, seconds in known.items() if methods[each] == methods[item]]
    return median(alike) if alike else None


def _method(item: PlanItem, snapshot: Snapshot) -> str:
    candidate = _candidate(item, snapshot)
    return candidate.method if candidate else ""


def _candidate(item: PlanItem, snapshot: Snapshot) -> Candidate | None:
    candidates = snapshot.request.candidates if snapshot.request else []
    return next((each for each in candidates if each.candidate == item.candidate), None)


def _screening_left(
    items: Sequence[PlanItem], snapshot: Snapshot, now: datetime
) -> TimeLeft | None:
    jobs = [snapshot.jobs[item.item] for item in items if item.item in snapshot.jobs]
    since = [_elapsed(job, now) for job in jobs if job.started is not None]
    candidates = snapshot.request.candidates if snapshot.request else []
    num_models = sum(is_racer(each.method) for each in candidates)
    num_screened = len(snapshot.screened)
    if not since or not num_screened or num_screened >= num_models:
        return None
    share = num_screened / num_models
    return TimeLeft(max(since) * (1 - share) / share, share, is_last_stage=False)


def _elapsed(job: TrainingJob, now: datetime) -> float:
    return (now - job.started).total_seconds() if job.started else 0.0


def _share(item: PlanItem, job: TrainingJob, snapshot: Snapshot) -> float | None:
    """The share of the job's work that is done: epochs, and trials of learning rates before them.

    None if no epoch has ended, or it tries rates still.
    """
    candidate, recipe = _candidate(item, snapshot), _recipe(item, snapshot)
    ended = job.metrics.get("validation:epoch", 0.0)
    if candidate is None or recipe is None or job.trial is not None or not ended:
        return None
    epochs = recipe.epochs
    if not epochs:
        return None
    num_trials = _num_trials(item, candidate, snapshot)
    # The trial of the rate that was chosen is a part of the training.
    extra, least = (num_trials - 1) * LONE_TRIAL_SHARE, LONE_TRIAL_SHARE if num_trials > 1 else 0.0
    return (extra + max(min(ended / epochs, 1.0), least)) / (extra + 1)


def _may_stop_early(item: PlanItem, snapshot: Snapshot) -> bool:
    recipe = _recipe(item, snapshot)
    if recipe is None or recipe.early_stopping_patience is None:
        return False
    return recipe.early_stopping_patience < recipe.epochs


def _recipe(item: PlanItem, snapshot: Snapshot) -> Recipe | None:
    """None if it is not known yet, or the method has no epochs."""
    dataset = snapshot.manifest.dataset if snapshot.manifest else None
    candidate = _candidate(item, snapshot)
    if dataset is None or candidate is None or not is_used("epochs", candidate.method):
        return None
    rows = dataset.rows
    percent = train_percent_of(item.item)
    if percent is not None:
        rows = rows.model_copy(update={"train": round(rows.train * percent / 100)})
    return recipe_of(candidate, rows, encoder_parameters=None)


def _num_trials(item: PlanItem, candidate: Candidate, snapshot: Snapshot) -> int:
    """How many rates the job tries before it trains on; in the final only a candidate's first job
    does, if no rung has done so before."""
    firsts = [each.item for each in snapshot.items or [] if each.candidate == item.candidate][:1]
    if item.stage != "final" or item.item not in firsts or snapshot.request is None:
        return 1
    return num_rates(candidate.method, candidate.hyperparameters, snapshot.request.tune)
