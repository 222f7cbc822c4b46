"""Reduces candidates, one after another, to what a comparison keeps of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bakeoff.prepared.row_slices import RowSlices
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.confusion import confusion
from bakeoff.statistics.contender import Contender
from bakeoff.statistics.decision_curves import decision_curves
from bakeoff.statistics.hardest_rows import HardestRows
from bakeoff.statistics.label_scores import label_scores
from bakeoff.statistics.other_leaders import OtherLeaders
from bakeoff.statistics.predictions import CandidatePredictions
from bakeoff.statistics.regression_fit import regression_fit
from bakeoff.statistics.resampled_scores import resample
from bakeoff.statistics.same_rows import SameRows
from bakeoff.statistics.selection import Selection
from bakeoff.statistics.slice_scores import SliceScores
from bakeoff.summary.decision_curves import DecisionCurves
from bakeoff.summary.interval import Interval
from bakeoff.summary.label_results import Confusion, LabelScores
from bakeoff.summary.metric_summary import MetricSummary
from bakeoff.summary.regression_fit import RegressionFit
from bakeoff.summary.slices import Slices
from bakeoff.summary.verdict import CorrectedScore, OtherLeader

MAX_DETAILED = 50
"""The candidates compared with each other, and those described label by label."""

# Rows times jobs whose predictions are in memory at once, unless one candidate has more. A job
# takes some 150 bytes a row while it is scored.
_BATCH_ROWS = 1_000_000


@dataclass
class ScoredCandidates:
    """What is left of the candidates' predictions."""

    hardest: HardestRows
    rows: SameRows = field(default_factory=SameRows)
    ranked: list[str] = field(default_factory=list)
    """All candidates with a result, even if their predictions could not be read."""
    contenders: list[Contender] = field(default_factory=list)
    intervals: dict[str, dict[str, Interval]] = field(default_factory=dict)
    probability_scores: dict[str, dict[str, MetricSummary]] = field(default_factory=dict)
    confusions: dict[str, Confusion | None] = field(default_factory=dict)
    label_scores: dict[str, list[LabelScores]] = field(default_factory=dict)
    fits: dict[str, RegressionFit | None] = field(default_factory=dict)
    decisions: dict[str, DecisionCurves | None] = field(default_factory=dict)
    selection: Selection | None = None
    other_leaders: OtherLeaders | None = None
    slice_scores: SliceScores | None = None

    @property
    def _has_best(self) -> bool:
        """Whether the best one's predictions could be read."""
        return self.contenders[0].candidate == self.ranked[0]

    def corrected_score(self) -> CorrectedScore | None:
        return self.selection.corrected() if self.selection and self._has_best else None

    def other_leaders_found(self) -> list[OtherLeader]:
        return self.other_leaders.significant() if self.other_leaders and self._has_best else []

    def slices(self) -> Slices | None:
        return self.slice_scores.slices() if self.slice_scores and self._has_best else None


def score_candidates(
    candidates: Iterable[CandidatePredictions], spec: ComparisonSpec, given: RowSlices | None
) -> ScoredCandidates:
    """Score them batch by batch, in the order in which they come: that of their ranks.

    `given` are the slices of the test rows, if they are known.
    """
    scored = ScoredCandidates(HardestRows(spec))

    def comparable() -> Iterator[CandidatePredictions]:
        for candidate in candidates:
            if not candidate.has_result:
                continue
            scored.ranked.append(candidate.candidate)
            kept = scored.rows.kept(candidate)
            if kept is not None:
                _describe(scored, kept, spec)
                yield kept

    def score(batch: Sequence[CandidatePredictions]) -> None:
        resampled = resample(batch, spec)
        scored.selection = scored.selection or Selection(resampled[0], spec)
        scored.selection.add(resampled)
        scored.other_leaders = scored.other_leaders or OtherLeaders(resampled[0], spec)
        scored.other_leaders.add(resampled)
        detailed = [each for each in batch if each.candidate in scored.confusions]
        if given is not None and detailed:
            scored.slice_scores = scored.slice_scores or SliceScores(given, batch[0], spec)
            scored.slice_scores.add(detailed)
        for each in resampled:
            scored.contenders.append(Contender.of(each, spec))
            scored.intervals[each.candidate] = each.intervals(spec)
            scored.probability_scores[each.candidate] = each.of_probabilities(spec)

    # Not a loop: its variable would keep a batch in memory while the next one is read.
    list(map(score, _batches(comparable())))
    return scored


def _describe(
    scored: ScoredCandidates, candidate: CandidatePredictions, spec: ComparisonSpec
) -> None:
    is_detailed = len(scored.confusions) < MAX_DETAILED
    scored.hardest.add(candidate, is_shown=is_detailed)
    if is_detailed:
        scored.confusions[candidate.candidate] = confusion(candidate, spec)
        scored.label_scores[candidate.candidate] = label_scores(candidate, spec)
        scored.decisions[candidate.candidate] = decision_curves(candidate, spec)
        if spec.task == "regression":
            scored.fits[candidate.candidate] = regression_fit(candidate)


def _batches(
    candidates: Iterable[CandidatePredictions],
) -> Iterator[list[CandidatePredictions]]:
    batch, num_rows = [], 0
    for candidate in candidates:
        batch.append(candidate)
        num_rows += sum(len(job.ids) for job in candidate.jobs)
        if num_rows >= _BATCH_ROWS:
            del candidate
            yield batch
            batch, num_rows = [], 0
    if batch:
        yield batch
