"""Intervals, tests and the tied group of a comparison."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.notes import notes_on
from bakeoff.statistics.pairwise import PairComparison, compare_all, pairs, versus_best
from bakeoff.statistics.predictions import CandidatePredictions
from bakeoff.statistics.resampled_scores import resample
from bakeoff.statistics.same_rows import with_same_rows
from bakeoff.statistics.significance import rows_to_separate
from bakeoff.summary.document import Interval, Pair, VersusBest


@dataclass(frozen=True)
class Analysis:
    """The results; candidates that could not be compared are missing, and `notes` says why."""

    best: str | None = None
    """The candidate that ranks first."""
    confidence: float = 0.95
    """Confidence level of the intervals and tests, 0..1."""
    intervals: dict[str, dict[str, Interval]] = field(default_factory=dict)
    """By candidate and metric."""
    versus_best: dict[str, VersusBest] = field(default_factory=dict)
    """By candidate; the best has none."""
    pairs: list[Pair] = field(default_factory=list)
    """In the order of ranks, with the better ranked one first."""
    tied: list[str] = field(default_factory=list)
    """The best candidate and those not significantly different from it, in the order of ranks."""
    is_test_too_small: bool = False
    """Whether the two that rank first are not significantly different."""
    rows_to_separate: int | None = None
    """The test rows needed to separate these two, as in the summary's Verdict."""
    needs_more_seeds: bool = False
    """Whether no number of rows would separate these two, because too few seeds were trained."""
    notes: list[str] = field(default_factory=list)
    """Sentences on what the intervals do not cover."""

    def is_tied(self, candidate: str) -> bool | None:
        """Whether it is in the tied group; None if it was not compared with the best."""
        if candidate == self.best:
            return True
        return candidate in self.tied if candidate in self.versus_best else None


def analyse(candidates: Sequence[CandidatePredictions], spec: ComparisonSpec) -> Analysis:
    """Compare the candidates, which are given in the order of their ranks, the best first.

    Candidates without a result are ignored. Those whose predictions could not be read get no
    intervals, and if the best is one of these, nothing is compared with it.

    - `intervals.interval` computes the intervals and `significance.p_value` the tests, both from
      the variance that variance.py explains.
    - The tied group consists of the best and of all that are not significantly different from it,
      by Holm's method over the comparisons with the best.

    The same input gives the same result on any number of threads. A candidate's intervals do not
    depend on the other candidates.
    """
    ranked = [candidate for candidate in candidates if candidate.has_result]
    if not ranked:
        return Analysis()
    best = ranked[0].candidate
    kept, notes = with_same_rows(ranked)
    if not kept:
        return Analysis(best, spec.confidence, tied=[best], notes=notes)
    found = resample(kept, spec)
    compared = compare_all(found, spec)
    with_best = [each for each in compared if each.first == best]
    against = versus_best(with_best)
    tied = [name for name, versus in against.items() if not _is_significant(versus, spec)]
    intervals = {each.candidate: each.intervals(spec) for each in found}
    without = [each for each in kept if spec.main_metric not in intervals[each.candidate]]
    analysis = Analysis(
        best=best,
        confidence=spec.confidence,
        intervals=intervals,
        versus_best=against,
        pairs=pairs(compared),
        tied=[best, *tied],
        notes=[*notes_on(kept, without, spec), *notes],
    )
    second = ranked[1].candidate if len(ranked) > 1 else None
    if second not in tied:
        return analysis
    return _with_top_two(analysis, second, with_best, found[0].num_rows, spec)


def _is_significant(versus: VersusBest, spec: ComparisonSpec) -> bool:
    return versus.p_value_adjusted <= 1 - spec.confidence


def _with_top_two(
    analysis: Analysis,
    second: str,
    with_best: Sequence[PairComparison],
    num_rows: int,
    spec: ComparisonSpec,
) -> Analysis:
    """Add what it would take to separate the best from the second, with which it is tied."""
    pair = next(each for each in with_best if each.second == second)
    # Holm's factor for this p-value, or for a smaller one that would have to be rejected first.
    factor = max(
        sum(each.p_value >= pair.p_value for each in with_best),
        analysis.versus_best[second].p_value_adjusted / pair.p_value,
    )
    rows = rows_to_separate(
        pair.difference, pair.variance, num_rows, (1 - spec.confidence) / factor
    )
    is_by_seeds = rows is None and pair.difference != 0 and pair.variance.of_seeds > 0
    return replace(
        analysis, is_test_too_small=True, rows_to_separate=rows, needs_more_seeds=is_by_seeds
    )
