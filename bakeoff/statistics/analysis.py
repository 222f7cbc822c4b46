"""Intervals, tests and the tied group of a comparison."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bakeoff.prepared.row_slices import RowSlices
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.contender import Contender
from bakeoff.statistics.notes import notes_on
from bakeoff.statistics.pairwise import PairComparison, compare, compare_all, pairs, versus_best
from bakeoff.statistics.predictions import CandidatePredictions
from bakeoff.statistics.scored_candidates import MAX_DETAILED, score_candidates
from bakeoff.statistics.significance import rows_to_separate
from bakeoff.summary.decision_curves import DecisionCurves
from bakeoff.summary.differences import Pair, VersusBest
from bakeoff.summary.hardest_rows import HardRow
from bakeoff.summary.interval import Interval
from bakeoff.summary.label_results import Confusion, LabelScores
from bakeoff.summary.metric_summary import MetricSummary
from bakeoff.summary.regression_fit import RegressionFit
from bakeoff.summary.slices import Slices
from bakeoff.summary.verdict import CorrectedScore, OtherLeader

ALWAYS_PAIRED = 20
"""The best so many are compared with each other, whether tied or not."""


@dataclass(frozen=True)
class Analysis:
    """The results; candidates that could not be compared are missing, and `notes` says why."""

    best: str | None = None
    """The candidate that ranks first."""
    confidence: float = 0.95
    """Confidence level of the intervals and tests, 0..1."""
    intervals: dict[str, dict[str, Interval]] = field(default_factory=dict)
    """By candidate and metric."""
    probability_scores: dict[str, dict[str, MetricSummary]] = field(default_factory=dict)
    """By candidate and metric: those that the comparison alone computes."""
    versus_best: dict[str, VersusBest] = field(default_factory=dict)
    """By candidate; the best has none."""
    pairs: list[Pair] = field(default_factory=list)
    """In the order of ranks, with the better ranked one first: all pairs of MAX_DETAILED
    candidates at most."""
    tied: list[str] = field(default_factory=list)
    """The best candidate and those not significantly different from it, in the order of ranks."""
    is_test_too_small: bool = False
    """Whether the two that rank first are not significantly different."""
    rows_to_separate: int | None = None
    """The test rows needed to separate these two, as in the summary's Verdict."""
    needs_more_seeds: bool = False
    """Whether no number of rows would separate these two, because too few seeds were trained."""
    hardest_rows: list[HardRow] = field(default_factory=list)
    """Without their texts, and with the predictions of the candidates described below."""
    confusions: dict[str, Confusion | None] = field(default_factory=dict)
    """Of the best MAX_DETAILED candidates."""
    label_scores: dict[str, list[LabelScores]] = field(default_factory=dict)
    """Of the same candidates."""
    other_leaders: list[OtherLeader] = field(default_factory=list)
    """As in the summary's Verdict."""
    slices: Slices | None = None
    """Of the candidates described below."""
    fits: dict[str, RegressionFit | None] = field(default_factory=dict)
    """Of the same candidates, in a regression."""
    decisions: dict[str, DecisionCurves | None] = field(default_factory=dict)
    """Of the same candidates, None in a regression."""
    corrected_score: CorrectedScore | None = None
    """The best one's; None if nothing was compared with it."""
    notes: list[str] = field(default_factory=list)
    """Sentences on what the intervals do not cover."""

    def is_tied(self, candidate: str) -> bool | None:
        """Whether it is in the tied group; None if it was not compared with the best."""
        if candidate == self.best:
            return True
        return candidate in self.tied if candidate in self.versus_best else None


def analyse(
    candidates: Iterable[CandidatePredictions], spec: ComparisonSpec, given: RowSlices | None = None
) -> Analysis:
    """Compare the candidates, which come in the order of their ranks, the best first.

    `given` are the slices of the test rows; without any the candidates are not compared on them.

    Each candidate's predictions are dropped once they are scored, so `candidates` may read them one
    after another. Candidates without a result are ignored. Those whose predictions could not be
    read get no intervals, and if the best is one of these, nothing is compared with it.

    - `intervals.interval` computes the intervals and `significance.p_value` the tests, both from
      the variance that variance.py explains.
    - The tied group consists of the best and of all that are not significantly different from it,
      by Holm's method over the comparisons with the best.

    The same input gives the same result on any number of threads. A candidate's intervals do not
    depend on the other candidates.
    """
    scored = score_candidates(candidates, spec, given)
    if not scored.ranked:
        return Analysis()
    best, contenders = scored.ranked[0], scored.contenders
    found = Analysis(best, spec.confidence, tied=[best], notes=scored.rows.notes)
    if not contenders:
        return found
    with_best: list[PairComparison] = []
    if contenders[0].candidate == best:
        with_best = [compare(contenders[0], other, spec) for other in contenders[1:]]
    against = versus_best(with_best)
    tied = [name for name, versus in against.items() if not _is_significant(versus, spec)]
    without = [
        each for each in contenders if spec.main_metric not in scored.intervals[each.candidate]
    ]
    num_pairs = len(contenders) * (len(contenders) - 1) // 2
    found = replace(
        found,
        intervals=scored.intervals,
        probability_scores=scored.probability_scores,
        versus_best=against,
        pairs=pairs(compare_all(_to_pair(contenders, [best, *tied]), spec), num_pairs),
        tied=[best, *tied],
        corrected_score=scored.corrected_score(),
        other_leaders=scored.other_leaders_found(),
        slices=scored.slices(),
        fits=scored.fits,
        decisions=scored.decisions,
        hardest_rows=scored.hardest.rows(),
        confusions=scored.confusions,
        label_scores=scored.label_scores,
        notes=[*notes_on(contenders, without, spec), *found.notes],
    )
    second = scored.ranked[1] if len(scored.ranked) > 1 else None
    if second not in tied:
        return found
    return _with_top_two(found, second, with_best, contenders[0].num_rows, spec)


def _to_pair(contenders: Sequence[Contender], tied: Sequence[str]) -> list[Contender]:
    """Those to compare with each other, in the order of their ranks: the best, then the tied ones,
    then the next best, as far as MAX_DETAILED allows."""
    is_tied = set(tied)

    def importance(place: int) -> tuple[bool, int]:
        return place >= ALWAYS_PAIRED and contenders[place].candidate not in is_tied, place

    chosen = sorted(range(len(contenders)), key=importance)[:MAX_DETAILED]
    return [contenders[place] for place in sorted(chosen)]


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
