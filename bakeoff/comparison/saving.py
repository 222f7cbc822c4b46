"""What the stages of a race saved: beside it, an exhaustive one of which only the cost is known.

In an exhaustive race every model trains to the end with each learning rate that it may try, and
with the best one once more for each further seed. Its cost is estimated from the first rung: of the
steps of a whole training a candidate has done a part there, at one rate or several. Models that
were never trained are taken to cost as many times their screening as the median of those that were;
the mean of these where the screening was not timed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.result import JobResult
from bakeoff.methods import has_chance
from bakeoff.race.stage_outcome import StageOutcome
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.staged_race import Saving


@dataclass(frozen=True)
class _Cost:
    """Of one candidate in the exhaustive race."""

    seconds: float | None
    tokens: float | None


def saving(
    candidates: Sequence[CandidateSummary],
    outcomes: Sequence[StageOutcome],
    results: Sequence[JobResult],
) -> Saving | None:
    """None if no candidate was trained in a rung: there is nothing to estimate from.

    Baselines and methods without chance are left out, as they take the same in both races.
    """
    racing = {each.candidate for each in candidates if has_chance(each.method)}
    entered = racing & {each.candidate for outcome in outcomes for each in outcome.entrants}
    shares = {each.wave: each.share or 1.0 for each in outcomes if each.stage == "rung"}
    first_rung = min(shares, default=None)
    num_seeds = max((len(each.seeds) for each in candidates if each.candidate in racing), default=1)
    known = {
        each.candidate: _exhaustive(each, shares[each.wave], max(1, num_seeds))
        for each in results
        if each.wave == first_rung and each.candidate in entered and each.metrics is not None
    }
    if not known:
        return None
    own = [each for each in results if each.screening or each.candidate in entered]
    return Saving(
        billable_seconds=_total(each.billable_seconds for each in own),
        exhaustive_billable_seconds=_total(_seconds(entered, known, _screening_seconds(results))),
        train_tokens=_total(tokens_of(each) for each in own),
        exhaustive_train_tokens=_total(_tokens(entered, known)),
    )


def tokens_of(result: JobResult) -> int | None:
    """Tokens that the job was trained on, with padding; None if it does not say."""
    if result.metrics is not None:
        return result.metrics.train_tokens
    counts = [each.train_tokens for each in result.screening if each.train_tokens is not None]
    return sum(counts) if counts else None


def _exhaustive(result: JobResult, share: float, num_seeds: int) -> _Cost:
    """From the candidate's job in the first rung, which ended after this share of the steps."""
    assert result.metrics is not None
    num_rates = max(1, len(result.metrics.learning_rates_tried))
    whole_trainings = (num_rates + num_seeds - 1) / _trainings_done(result.metrics, share)
    tokens, job_seconds = result.metrics.train_tokens, result.billable_seconds
    seconds = None
    if job_seconds is not None:
        training = min(result.metrics.seconds.get("train") or job_seconds, job_seconds)
        # Each seed's job is started, and fetches its model, once.
        seconds = num_seeds * (job_seconds - training) + whole_trainings * training
    return _Cost(seconds, None if tokens is None else whole_trainings * tokens)


def _trainings_done(metrics: JobMetrics, share: float) -> float:
    """In whole trainings: the steps at all rates; where they are not known, each rate's share."""
    others = [trial.steps for trial in metrics.learning_rates_tried if not trial.is_chosen]
    known = [steps for steps in [metrics.steps_trained, *others] if steps is not None]
    if metrics.steps_planned and sum(known) and len(known) == len(others) + 1:
        return sum(known) / metrics.steps_planned
    return share * max(1, len(metrics.learning_rates_tried))


def _screening_seconds(results: Sequence[JobResult]) -> Mapping[str, float]:
    scores = [score for each in results for score in each.screening]
    return {score.candidate: score.seconds for score in scores if score.seconds}


def _seconds(
    entered: Collection[str], known: Mapping[str, _Cost], screening: Mapping[str, float]
) -> list[float]:
    trained = {one: cost.seconds for one, cost in known.items() if cost.seconds is not None}
    if not trained:
        return []
    times = [seconds / screening[one] for one, seconds in trained.items() if one in screening]
    usual, mean = median(times) if times else None, fmean(trained.values())
    others = [one for one in entered if one not in trained]
    estimated = [
        usual * screening[one] if usual is not None and one in screening else mean for one in others
    ]
    return [*trained.values(), *estimated]


def _tokens(entered: Collection[str], known: Mapping[str, _Cost]) -> list[float]:
    trained = [cost.tokens for cost in known.values() if cost.tokens is not None]
    return [*trained, *[fmean(trained)] * (len(entered) - len(trained))] if trained else []


def _total(numbers: Iterable[float | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return round(sum(known)) if known else None
