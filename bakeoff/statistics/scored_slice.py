"""One slice of the test rows: the scores on it, and the comparisons with the best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bakeoff.metrics import higher_is_better
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.contender import Contender
from bakeoff.statistics.intervals import interval
from bakeoff.statistics.pairwise import PairComparison, compare
from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions
from bakeoff.statistics.resampled_scores import ResampledScores, resample
from bakeoff.statistics.slice_metrics import has_meaning, slice_metric
from bakeoff.statistics.sliced_rows import Places, SlicedRows
from bakeoff.summary.slices import BY_TRUTH, Slice, SlicedBy, SliceScore, Untested

FEWEST_ROWS = 30
"""Slices with fewer rows are not tested."""
RESAMPLES = 1000
"""Standard errors then have an error of 2 %."""


@dataclass
class ScoredSlice:
    """Takes candidates batch by batch, the best ranked first; the others are compared with it."""

    by: SlicedBy
    rows: SlicedRows
    spec: ComparisonSpec
    """With the metric of the slice."""
    untested: Untested | None
    scores: list[SliceScore] = field(default_factory=list)
    compared: dict[str, PairComparison] = field(default_factory=dict)
    """Each other candidate, which is the first one of its pair, with the best."""
    _best: Contender | None = None

    @classmethod
    def of(
        cls, by: SlicedBy, rows: SlicedRows, job: JobPredictions, spec: ComparisonSpec
    ) -> "ScoredSlice":
        """`job` has all test rows."""
        metric = slice_metric(by, spec)
        own = replace(
            spec,
            main_metric=metric,
            resamples=min(spec.resamples, RESAMPLES),
            main_metric_only=True,
        )
        untested: Untested | None = None
        if not has_meaning(metric, job.truth[rows.places], spec):
            untested = "no_score"
        elif len(rows.places) == len(job.ids):
            untested = "all_rows"
        elif len(rows.places) < FEWEST_ROWS:
            untested = "few_rows"
        return cls(by, rows, own, untested)

    def add(self, batch: Sequence[CandidatePredictions]) -> None:
        if self.untested == "no_score":
            self.scores += [
                SliceScore(candidate=each.candidate, score=None, interval=None) for each in batch
            ]
            return
        for each in resample([_on_rows(each, self.rows.places) for each in batch], self.spec):
            self.scores.append(_score(each, self.spec))
            contender = Contender.of(each, self.spec)
            if self._best is None:
                self._best = contender
            elif self.untested is None and self._is_fair(each.predictions):
                self.compared[each.candidate] = compare(contender, self._best, self.spec)

    def summary(self, adjusted: Mapping[str, float]) -> Slice:
        """`adjusted` are the corrected p-values of the candidates compared."""
        return Slice(
            kind=self.rows.kind,
            name=self.rows.name,
            rows=len(self.rows.places),
            untested=self.untested,
            scores=[self._tested(each, adjusted.get(each.candidate)) for each in self.scores],
        )

    def _is_fair(self, candidate: CandidatePredictions) -> bool:
        """Whoever gives one answer to all rows is always right where that is the answer."""
        return self.by not in BY_TRUTH or candidate.method != _MAJORITY

    def _tested(self, score: SliceScore, adjusted: float | None) -> SliceScore:
        if adjusted is None:
            return score
        found = self.compared[score.candidate]
        is_better = (found.difference > 0) == higher_is_better(self.spec.main_metric)
        return score.model_copy(
            update={
                "difference": found.difference,
                "difference_interval": found.interval,
                "p_value": found.p_value,
                "p_value_adjusted": adjusted,
                "beats_best": is_better and adjusted <= 1 - self.spec.confidence,
            }
        )


_MAJORITY = "majority"


def _score(scores: ResampledScores, spec: ComparisonSpec) -> SliceScore:
    metric = spec.main_metric
    mean = scores.mean(metric)
    found = interval(metric, mean, scores.variance(metric), scores.num_rows, spec.confidence)
    return SliceScore(candidate=scores.candidate, score=mean, interval=found)


def _on_rows(candidate: CandidatePredictions, places: Places) -> CandidatePredictions:
    return replace(candidate, jobs=[_job_on_rows(job, places) for job in candidate.jobs])


def _job_on_rows(job: JobPredictions, places: Places) -> JobPredictions:
    """Without its probabilities, which no main metric needs."""
    return replace(
        job,
        ids=job.ids[places],
        truth=job.truth[places],
        predicted=job.predicted[places],
        loss=job.loss[places],
        confidence=None,
        ranking=None if job.ranking is None else job.ranking[places],
        probabilities=None,
    )
