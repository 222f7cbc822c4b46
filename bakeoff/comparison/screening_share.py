"""What screening each candidate cost: its share of a job that several had together."""

from collections.abc import Mapping, Sequence

from bakeoff.comparison.ownership import Prices, priced
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.screening_scores import ScreeningScore
from bakeoff.summary.ownership import Ownership


def screening_shares(results: Sequence[JobResult], prices: Prices) -> Mapping[str, Ownership]:
    """By candidate: billed seconds, cost, tokens and processor time.

    A job's bill is divided by the seconds that it spent on each model; equally where these are not
    known. A job that left no scores names no candidates, so it counts for the run alone.
    """
    return {
        score.candidate: _share(result, score, weight, prices)
        for result in results
        if result.screening
        for score, weight in zip(result.screening, _weights(result.screening), strict=True)
    }


def _weights(scores: Sequence[ScreeningScore]) -> list[float]:
    """They add up to 1."""
    seconds = [score.seconds for score in scores]
    known = [each for each in seconds if each is not None]
    total = sum(known)
    if len(known) < len(scores) or total <= 0:
        return [1 / len(scores)] * len(scores)
    return [each / total for each in known]


def _share(result: JobResult, score: ScreeningScore, weight: float, prices: Prices) -> Ownership:
    whole = priced(
        Ownership(instance_type=result.instance_type, billable_seconds=result.billable_seconds),
        prices,
    )
    seconds, cost = whole.billable_seconds, whole.cost_usd
    return whole.model_copy(
        update={
            "billable_seconds": None if seconds is None else round(weight * seconds),
            "cost_usd": None if cost is None else weight * cost,
            "train_tokens": score.train_tokens,
            "cpu_seconds": score.cpu_seconds,
        }
    )
