"""The largest number of jobs of each stage, whatever the results will be."""

from collections.abc import Mapping
from dataclasses import dataclass

from bakeoff.jobs.screening_config import MOST_MODELS_PER_JOB
from bakeoff.jobs.stage import Stage
from bakeoff.methods import is_fine_tuned, learns_from_rows, needs_gpu
from bakeoff.race.curve_parts import MOST_CANDIDATES, PERCENTS
from bakeoff.race.cuts import (
    is_short_training_worth_it,
    most_ties,
    needs_screening,
    rungs_of,
    screening_places,
)

# The largest model goes on from screening whatever its score.
_KEPT_FOR_SIZE = 1


@dataclass(frozen=True)
class StageBound:
    """The screening, one rung, the final, or the learning curve."""

    stage: Stage
    model_jobs: int
    """The most jobs on the instances for models."""
    baseline_jobs: int = 0
    """Those on the instances for baselines."""
    trial_jobs: int = 0
    """How many of the jobs may try several learning rates."""
    share: float = 1.0
    """The share of the steps that candidates have trained at the end of the stage, 0 to 1."""


def is_racer(method: str) -> bool:
    """Whether candidates with this method are screened and go through rungs.

    Baselines and linear heads on frozen models take no longer than their screening would, so they
    go straight to the final.
    """
    return is_fine_tuned(method)


def stage_bounds(
    num_candidates: Mapping[str, int],
    *,
    finalists: int | None,
    num_included: int = 0,
    num_seeds: int = 1,
    num_rates: int = 3,
    num_hosted: int = 0,
    has_learning_curve: bool = False,
) -> list[StageBound]:
    """The stages of a race in their order; a real one may have fewer, with fewer jobs each.

    Args:
        num_candidates: by method, baselines included.
        finalists: None if every candidate is one.
        num_included: candidates that go on from screening because the request names them.
        num_rates: learning rates that are tried, at most.
        num_hosted: candidates whose models are behind an API, so that their jobs use no GPU.
    """
    racers = entrants = sum(each for method, each in num_candidates.items() if is_racer(method))
    places = racers if finalists is None else finalists
    bounds: list[StageBound] = []
    if needs_screening(racers, places):
        bounds.append(StageBound("screening", -(-racers // MOST_MODELS_PER_JOB), share=0.0))
        # Else pairs and numbers skip it, and before the preparation nobody knows the task.
        if is_short_training_worth_it(racers, places, num_rates):
            kept = screening_places(racers, places) + _KEPT_FOR_SIZE + num_included
            entrants = min(racers, kept)
    tunes = num_rates > 1
    rungs = _rung_bounds(entrants, places, tunes)
    winners = min(entrants, places + most_ties(places))
    trials = winners if tunes and not rungs else 0
    final = _final_bound(num_candidates, winners, num_seeds, trials, num_hosted)
    curve = [_curve_bound(num_candidates)] if has_learning_curve else []
    return [*bounds, *rungs, final, *curve]


def _curve_bound(num_candidates: Mapping[str, int]) -> StageBound:
    """Any two may be the best, on whichever instances they run."""
    learners = {m: each for m, each in num_candidates.items() if learns_from_rows(m)}
    on_gpu = sum(each for method, each in learners.items() if needs_gpu(method))
    others = sum(learners.values()) - on_gpu
    return StageBound(
        "curve",
        model_jobs=min(on_gpu, MOST_CANDIDATES) * len(PERCENTS),
        baseline_jobs=min(others, MOST_CANDIDATES) * len(PERCENTS),
    )


def _rung_bounds(entrants: int, finalists: int, tunes: bool) -> list[StageBound]:
    """The most jobs of each rung for this many entrants or fewer, whose cuts may be others."""
    jobs: dict[int, int] = {}
    shares: dict[int, float] = {}
    for left in range(finalists + 1, entrants + 1):
        for index, rung in enumerate(rungs_of(left, finalists)):
            jobs[index] = max(jobs.get(index, 0), left)
            shares[index] = max(shares.get(index, 0.0), rung.share)
            left = min(left, rung.places + most_ties(rung.places))
    return [
        StageBound("rung", most, trial_jobs=most if tunes and not index else 0, share=shares[index])
        for index, most in sorted(jobs.items())
    ]


def _final_bound(
    num_candidates: Mapping[str, int], racers: int, num_seeds: int, trials: int, num_hosted: int
) -> StageBound:
    others = {m: each for m, each in num_candidates.items() if not is_racer(m)}
    frozen = sum(each for method, each in others.items() if needs_gpu(method)) - num_hosted
    return StageBound(
        "final",
        model_jobs=racers * num_seeds + frozen,
        baseline_jobs=sum(others.values()) - frozen,
        trial_jobs=trials,
    )
