"""Who goes on after the screening: the best ranks, the largest model, those that are named."""

from collections.abc import Mapping, Sequence

from bakeoff.jobs.result import JobResult
from bakeoff.jobs.screening_scores import ranked
from bakeoff.jobs.wave import Wave
from bakeoff.names import screening_key
from bakeoff.race.race import Race, Runner
from bakeoff.race.stage_outcome import Entrant, StageOutcome

_LARGEST = "It goes on as the largest model, whatever its score: of these scores say least."
_INCLUDED = "It goes on because the request includes it, whatever its score."


def after_screening(race: Race, wave: Wave, results: Sequence[JobResult]) -> StageOutcome:
    """The outcome of the screening; the order of the results does not matter.

    The largest model goes on whatever its score, because screening says least about the models that
    gain most by training; so do candidates that the request includes. Models whose job left no
    scores go on as far as others leave places free.
    """
    places = wave.places or 0
    scores = {score.candidate: score for result in results for score in result.screening}
    screened = {candidate for shard in wave.shards for candidate in shard}
    runners = [runner for runner in race.racers if runner.candidate in screened]
    lost = {candidate for candidate, score in scores.items() if score.has_failed}
    failed = [each for each in runners if each.candidate in lost]
    exceptions = _exceptions([each for each in runners if each not in failed])
    ranks = ranked(
        [scores[each.candidate] for each in runners if each.candidate in scores],
        higher_is_better=race.higher_is_better,
    )
    unscored = [each.candidate for each in runners if each.candidate not in scores]
    reasons = _why_without_scores(wave, results)
    return StageOutcome(
        wave=wave.number,
        stage=wave.stage,
        places=places,
        entrants=[
            *(
                _scored(candidate, rank, index + 1, places, exceptions.get(candidate))
                for index, (candidate, rank) in enumerate(ranks)
            ),
            *(
                _unscored(each, reasons[each], index < places - len(ranks), exceptions.get(each))
                for index, each in enumerate(unscored)
            ),
            *(
                Entrant(
                    candidate=each.candidate,
                    score=None,
                    is_kept=False,
                    reason=scores[each.candidate].reason
                    or "The screening found no finite score for it.",
                )
                for each in failed
            ),
        ],
    )


def _exceptions(runners: Sequence[Runner]) -> dict[str, str]:
    """Why some go on whatever their score."""
    reasons = {}
    if runners:
        # Of equally large ones the first in the request.
        reasons[max(runners, key=lambda each: each.num_parameters or 0).candidate] = _LARGEST
    return reasons | {each.candidate: _INCLUDED for each in runners if each.is_included}


def _scored(candidate: str, rank: float, place: int, places: int, exception: str | None) -> Entrant:
    has_place = place <= places
    below = f"It came in place {place} of the screening, from which {places} go on."
    return Entrant(
        candidate=candidate,
        score=rank,
        is_kept=has_place or exception is not None,
        reason=None if has_place else exception or below,
    )


def _unscored(candidate: str, why: str, has_place: bool, exception: str | None) -> Entrant:
    goes_on = "It goes on because places were left." if has_place else exception
    return Entrant(
        candidate=candidate,
        score=None,
        is_kept=goes_on is not None,
        reason=f"{why} {goes_on or 'No place was left for it.'}",
    )


def _why_without_scores(wave: Wave, results: Sequence[JobResult]) -> Mapping[str, str]:
    """For each candidate, what became of its screening job."""
    by_item = {result.item: result for result in results}
    found: dict[str, str] = {}
    for number, shard in enumerate(wave.shards, start=1):
        result = by_item.get(screening_key(number))
        reason = (result.reason if result else None) or "Its scores are missing."
        found |= dict.fromkeys(shard, f"Its screening job failed: {reason}")
    return found
