"""Compares pairs of candidates by the main metric."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bakeoff.metrics import value_range
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.mcnemar import mcnemar_p_values
from bakeoff.statistics.resampled_scores import ResampledScores
from bakeoff.statistics.significance import difference_variance, holm, p_value
from bakeoff.statistics.variance import Variance, rows_variance
from bakeoff.summary.document import Interval, Pair, VersusBest

# Averages of continuous values of each row, so every row may differ between two candidates.
_OF_ALL_ROWS = ("loss", "ranking_average_precision")


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


def compare_all(
    candidates: Sequence[ResampledScores], spec: ComparisonSpec
) -> list[PairComparison]:
    """Compare every pair, in the order of the candidates."""
    places = list(combinations(range(len(candidates)), 2))
    exact: list[float] | list[None] = [None] * len(places)
    if spec.task != "regression":
        exact = mcnemar_p_values([each.predictions for each in candidates], places)
    means = [each.resampled_mean(spec.main_metric) for each in candidates]
    seeds = [each.seed_variance(spec.main_metric) for each in candidates]
    result = []
    for (i, j), mcnemar_p_value in zip(places, exact, strict=True):
        first, second = candidates[i], candidates[j]
        difference = first.mean(spec.main_metric) - second.mean(spec.main_metric)
        variance = difference_variance(
            difference,
            float(rows_variance(means[i] - means[j], first.num_rows)),
            _differing_rows(first, second, spec.main_metric),
            (seeds[i], seeds[j]),
        )
        result.append(
            PairComparison(
                first=first.candidate,
                second=second.candidate,
                difference=difference,
                variance=variance,
                p_value=p_value(difference, variance),
                mcnemar_p_value=mcnemar_p_value,
                interval=_interval(difference, variance, spec),
            )
        )
    return result


def pairs(compared: Sequence[PairComparison]) -> list[Pair]:
    """The pairs in the form of the summary, with p-values adjusted over all of them."""
    adjusted = holm([each.p_value for each in compared])
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


def _differing_rows(first: ResampledScores, second: ResampledScores, metric: str) -> int:
    if metric in _OF_ALL_ROWS:
        return first.num_rows
    return int(np.count_nonzero(first.errors != second.errors))


def _interval(difference: float, variance: Variance, spec: ComparisonSpec) -> Interval:
    least, most = value_range(spec.main_metric)
    margin = variance.margin(spec.confidence) if difference or variance.standard_error else 0.0
    reach = most - least
    return Interval(
        low=max(difference - margin, -reach),
        high=min(difference + margin, reach),
    )
