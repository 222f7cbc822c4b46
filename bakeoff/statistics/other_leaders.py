"""Finds where another metric would crown another candidate than the main metric does."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bakeoff.metrics import Task, higher_is_better
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.contender import Contender
from bakeoff.statistics.pairwise import compare
from bakeoff.statistics.resampled_scores import ResampledScores
from bakeoff.statistics.significance import holm
from bakeoff.summary.verdict import OtherLeader

# The metrics that say by themselves which candidate is good. Precision and recall do not, as each
# is had for the other, and few metrics keep the correction for their number small.
_TELLING: dict[Task, tuple[str, ...]] = {
    "binary": ("f1", "accuracy", "balanced_accuracy"),
    "multiclass": ("macro_f1", "accuracy"),
    "multilabel": ("micro_f1", "macro_f1", "subset_accuracy", "ranking_average_precision"),
    "regression": ("rmse", "mae", "pearson", "spearman"),
}
# Of several labels, F1 is the macro F1, and the mean squared error orders as its root does.
_SAME = {("multiclass", "f1"): "macro_f1", ("regression", "loss"): "rmse"}


class OtherLeaders:
    """Takes scored candidates batch by batch, the best ranked first, and keeps two of each metric.

    Candidates that lost seeds rank below the others, so they take part only if the best did, too.
    """

    def __init__(self, best: ResampledScores, spec: ComparisonSpec) -> None:
        main = _SAME.get((spec.task, spec.main_metric), spec.main_metric)
        self._specs = [
            replace(spec, main_metric=each)
            for each in _TELLING[spec.task]
            # What takes probabilities is not known of every candidate.
            if each != main and each in best.observed
        ]
        self._takes_partial = best.predictions.is_partial
        self._best = {each.main_metric: Contender.of(best, each) for each in self._specs}
        self._leading = dict(self._best)
        self._num_others = -1

    def add(self, batch: Sequence[ResampledScores]) -> None:
        """The candidates, the best one included; all have the same test rows."""
        for each in batch:
            if each.predictions.is_partial and not self._takes_partial:
                continue
            self._num_others += 1
            for spec in self._specs:
                metric = spec.main_metric
                if metric not in each.observed:
                    continue
                if _is_better(each.mean(metric), self._leading[metric].mean, metric):
                    self._leading[metric] = Contender.of(each, spec)

    def significant(self) -> list[OtherLeader]:
        """The leaders that are significantly better than the best, in the order of the metrics.

        A leader was chosen from all other candidates for its score, so its p-value is multiplied by
        their number (Bonferroni), and then corrected for the number of metrics by Holm's method.
        """
        found = list(self._compared())
        chosen = [min(1.0, each.p_value * self._num_others) for each in found]
        adjusted = holm(chosen, len(self._specs))
        return [
            each.model_copy(update={"p_value_adjusted": p})
            for each, p in zip(found, adjusted, strict=True)
            if p <= 1 - self._specs[0].confidence
        ]

    def _compared(self) -> Iterator[OtherLeader]:
        for spec in self._specs:
            metric = spec.main_metric
            best, leader = self._best[metric], self._leading[metric]
            if leader.candidate == best.candidate:
                continue
            found = compare(leader, best, spec)
            yield OtherLeader(
                metric=metric,
                candidate=leader.candidate,
                score=leader.mean,
                score_of_best=best.mean,
                interval=found.interval,
                p_value=found.p_value,
                p_value_adjusted=found.p_value,
            )


def _is_better(score: float, other: float, metric: str) -> bool:
    return score > other if higher_is_better(metric) else score < other
