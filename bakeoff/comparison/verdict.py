"""The verdict: who is best, who is tied with it, and which of these to choose."""

from collections.abc import Callable, Sequence

from bakeoff.comparison import verdict_sentences
from bakeoff.statistics import Analysis
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.conditions import Conditions
from bakeoff.summary.verdict import Verdict

# Smaller differences of speed and price occur when one and the same model is measured twice.
_NOISE = 0.2


def verdict(
    candidates: Sequence[CandidateSummary], analysis: Analysis, conditions: Conditions
) -> Verdict:
    """`candidates` come in the order of their ranks, those without a result last."""
    ranked = [each for each in candidates if each.has_result]
    if not ranked:
        return Verdict(sentences=[verdict_sentences.nothing_completed(candidates)], best=None)
    best = ranked[0]
    tied = [each for each in ranked if each.candidate in (best.candidate, *analysis.tied)]
    unsettled = [each for each in tied if _is_unsettled(each, best, analysis, conditions)]
    # To be cheap, fast or small is no merit in what answers without having learnt anything.
    as_good = [each for each in tied if each not in unsettled and not each.knows_nothing]
    outcome = Verdict(
        sentences=[],
        best=best.candidate,
        tied=[each.candidate for each in tied],
        unsettled=[each.candidate for each in unsettled],
        cheapest=_least(as_good, lambda each: each.ownership.usd_per_million_predictions, _NOISE),
        fastest=_least(as_good, lambda each: each.ownership.latency_p50_seconds, _NOISE),
        smallest=_least(as_good, lambda each: each.ownership.model_bytes),
        has_tied_baseline=any(each.is_baseline for each in tied),
        is_test_too_small=analysis.rows_to_separate is not None,
        rows_to_separate=analysis.rows_to_separate,
        corrected_score=analysis.corrected_score,
        other_leaders=analysis.other_leaders,
    )
    better = [each for each in ranked if _is_better(each, analysis, conditions)]
    found = verdict_sentences.sentences(candidates, outcome, better, analysis, conditions)
    return outcome.model_copy(update={"sentences": found})


def _is_better(candidate: CandidateSummary, analysis: Analysis, conditions: Conditions) -> bool:
    """Whether it is significantly better than the best: possible only where it lost seeds, and
    ranks lower for that."""
    versus = analysis.versus_best.get(candidate.candidate)
    if versus is None or versus.p_value_adjusted > 1 - analysis.confidence:
        return False
    return (versus.difference < 0) == (conditions.main_metric_direction == "lower")


def _is_unsettled(
    candidate: CandidateSummary,
    best: CandidateSummary,
    analysis: Analysis,
    conditions: Conditions,
) -> bool:
    """Whether only the spread of its seeds keeps its difference from being significant.

    With few seeds that vary much, hardly any difference is significant. But where every seed
    scores worse than every seed of the best, and McNemar's test, which ignores seeds, finds
    significantly fewer rows right, nobody would consider the candidate as good.
    """
    versus = analysis.versus_best.get(candidate.candidate)
    own, others = (_seed_scores(each, conditions) for each in (candidate, best))
    if versus is None or versus.mcnemar_p_value is None or len(own) < 2 or not others:
        return False
    if versus.mcnemar_p_value > 1 - analysis.confidence or not _is_less_right(candidate, best):
        return False
    if conditions.main_metric_direction == "lower":
        return min(own) > max(others)
    return max(own) < min(others)


def _is_less_right(candidate: CandidateSummary, best: CandidateSummary) -> bool:
    """Whether it gets fewer rows right, which is what McNemar's test compares."""
    for name in ("accuracy", "subset_accuracy"):
        own, other = candidate.metrics.get(name), best.metrics.get(name)
        if own is not None and other is not None:
            return own.mean < other.mean
    return False


def _seed_scores(candidate: CandidateSummary, conditions: Conditions) -> list[float]:
    score = candidate.metrics.get(conditions.main_metric or "")
    return [value for value in score.by_seed.values() if value is not None] if score else []


def _least(
    candidates: Sequence[CandidateSummary],
    cost: Callable[[CandidateSummary], float | None],
    noise: float = 0.0,
) -> str | None:
    """The candidate with the least cost; of those within `noise` of it, the best ranked one.

    None without candidates, or if the cost of one is not known, as that one may have the least.
    None, too, if all are that close: then the cost is no reason to choose.
    """
    costs = [(value, each.candidate) for each in candidates if (value := cost(each)) is not None]
    if not costs or len(costs) < len(candidates):
        return None
    limit = min(value for value, _ in costs) * (1 + noise)
    close = [candidate for value, candidate in costs if value <= limit]
    return None if len(close) == len(costs) > 1 else close[0]
