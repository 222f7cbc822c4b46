"""Compares pairs of candidates by the main metric."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from bakeoff.metrics import value_range
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.contender import Contender
from bakeoff.statistics.mcnemar import mcnemar_p_value
from bakeoff.statistics.significance import difference_variance, holm, p_value
from bakeoff.statistics.variance import Variance, rows_variance
from bakeoff.summary.differences import Pair, VersusBest
from bakeoff.summary.interval import Interval


@dataclass(frozen=True)
class PairComparison:
    """The comparison of two candidates; the first one ranks better."""

    first: str
    second: str
    difference: float
    """The first candidate's mean minus the second one's."""
    variance: Variance
    p_value: float
    mcnemar_p_value: float | None
    interval: Interval


def compare(first: Contender, second: Contender, spec: ComparisonSpec) -> PairComparison:
    difference = first.mean - second.mean
    variance = difference_variance(
        difference,
        float(rows_variance(first.resampled_mean - second.resampled_mean, first.num_rows)),
        first.differing_rows(second),
        (first.seed_variance, second.seed_variance),
    )
    return PairComparison(
        first=first.candidate,
        second=second.candidate,
        difference=difference,
        variance=variance,
        p_value=p_value(difference, variance),
        mcnemar_p_value=_mcnemar_p_value(first, second),
        interval=_interval(difference, variance, spec),
    )


def compare_all(contenders: Sequence[Contender], spec: ComparisonSpec) -> list[PairComparison]:
    """Compare every pair, in the order of the candidates."""
    return [compare(first, second, spec) for first, second in combinations(contenders, 2)]


def pairs(compared: Sequence[PairComparison], num_pairs: int) -> list[Pair]:
    """The pairs in the form of the summary.

    P-values are adjusted over all `num_pairs` pairs of the race, though only some are given: these
    were chosen by their results, so an adjustment over them alone would claim too much.
    """
    adjusted = holm([each.p_value for each in compared], num_pairs)
    return [
        Pair(
            first=each.first,
            second=each.second,
            difference=each.difference,
            interval=each.interval,
            p_value=each.p_value,
            p_value_adjusted=p,
            mcnemar_p_value=each.mcnemar_p_value,
        )
        for each, p in zip(compared, adjusted, strict=True)
    ]


def versus_best(compared: Sequence[PairComparison]) -> dict[str, VersusBest]:
    """Each other candidate against the best, from the comparisons in which the best is first."""
    adjusted = holm([each.p_value for each in compared])
    return {
        each.second: VersusBest(
            difference=-each.difference,
            interval=Interval(low=-each.interval.high, high=-each.interval.low),
            p_value=each.p_value,
            p_value_adjusted=p,
            mcnemar_p_value=each.mcnemar_p_value,
        )
        for each, p in zip(compared, adjusted, strict=True)
    }


def _mcnemar_p_value(first: Contender, second: Contender) -> float | None:
    if first.right is None or second.right is None:
        return None
    return mcnemar_p_value(first.right, second.right)


def _interval(difference: float, variance: Variance, spec: ComparisonSpec) -> Interval:
    least, most = value_range(spec.main_metric)
    margin = variance.margin(spec.confidence) if difference or variance.standard_error else 0.0
    reach = most - least
    return Interval(
        low=max(difference - margin, -reach),
        high=min(difference + margin, reach),
    )
