"""Who goes on after a rung: the best on validation, and who may be as good as the last of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.jobs.result import JobResult
from bakeoff.jobs.wave import Wave
from bakeoff.race.cuts import most_ties
from bakeoff.race.race import Race
from bakeoff.race.stage_outcome import Entrant, StageOutcome


@dataclass(frozen=True)
class _Scored:
    candidate: str
    score: float
    standard_error: float | None


def after_rung(race: Race, wave: Wave, results: Sequence[JobResult]) -> StageOutcome:
    """The outcome of a rung; the order of the results does not matter.

    A candidate below the cut goes on too if its score is within one standard error (the larger of
    the two) of the last one's above it, as long as there is room for such ties.
    """
    places = wave.places or 0
    by_candidate = {result.candidate: result for result in results}
    scored, failed = [], []
    for training in wave.trainings:
        result = by_candidate.get(training.candidate)
        score = result.scores("validation").get(race.main_metric) if result else None
        if result is None or score is None:
            failed.append(_failed(training.candidate, result, race.main_metric))
        else:
            error = result.metrics.validation_standard_error if result.metrics else None
            scored.append(_Scored(training.candidate, score, error))
    # Equal scores stay in the order of the request.
    scored.sort(key=lambda each: -each.score if race.higher_is_better else each.score)
    ties = _ties(scored, places)
    entrants = [
        _entrant(each, places, index, each.candidate in ties) for index, each in enumerate(scored)
    ]
    return StageOutcome(
        wave=wave.number,
        stage=wave.stage,
        share=wave.share,
        metric=race.main_metric,
        places=places,
        entrants=[*entrants, *failed],
    )


def _ties(scored: Sequence[_Scored], places: int) -> set[str]:
    if len(scored) <= places:
        return set()
    last = scored[places - 1]
    tied = [
        each.candidate
        for each in scored[places:]
        if abs(each.score - last.score) <= max(each.standard_error or 0, last.standard_error or 0)
    ]
    return set(tied[: most_ties(places)])


def _entrant(scored: _Scored, places: int, index: int, is_tied: bool) -> Entrant:
    reason = None
    if is_tied:
        reason = (
            "Its score is within one standard error of the last one that had a place, so it goes "
            "on beside it."
        )
    elif index >= places:
        reason = f"It came in place {index + 1} of this rung, from which {places} go on."
    return Entrant(
        candidate=scored.candidate,
        score=scored.score,
        standard_error=scored.standard_error,
        is_kept=index < places or is_tied,
        reason=reason,
    )


def _failed(candidate: str, result: JobResult | None, metric: str) -> Entrant:
    reason = result.reason if result else "It had no job."
    if reason is None:
        reason = f"Its {metric} on validation is not a finite number: training diverged."
    return Entrant(candidate=candidate, score=None, is_kept=False, reason=reason)
