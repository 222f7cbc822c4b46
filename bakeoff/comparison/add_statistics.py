"""What the jobs' predictions add to a summary: intervals, tests and single rows."""

from collections.abc import Mapping, Sequence

from bakeoff.comparison.verdict import verdict
from bakeoff.names import item_key
from bakeoff.prepared.manifest import PreparedDataset
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.statistics import (
    Analysis,
    CandidatePredictions,
    ComparisonSpec,
    JobPredictions,
    analyse,
    confusion,
    hardest_rows,
    label_scores,
)
from bakeoff.summary.document import CandidateSummary, Statistics, Summary


def comparison_spec(resolved: ResolvedRequest, dataset: PreparedDataset) -> ComparisonSpec:
    """What the statistics compare and at which confidence, once the task is known."""
    return ComparisonSpec(
        task=dataset.task,
        labels=tuple(dataset.labels),
        positive_label=dataset.positive_label,
        main_metric=resolved.main_metric_of(dataset.task),
        confidence=resolved.confidence,
    )


def with_statistics(
    summary: Summary, predictions: Mapping[str, JobPredictions], spec: ComparisonSpec
) -> Summary:
    """The summary with its intervals, tests and tied group, and a verdict that rests on them.

    `predictions` are by the plan's item; those that could not be read are missing. The hardest rows
    have no texts yet, which `with_texts` adds.
    """
    by_candidate = [_predictions(each, predictions) for each in summary.candidates]
    analysis = analyse(by_candidate, spec)
    candidates = [
        _analysed(candidate, own, analysis, spec)
        for candidate, own in zip(summary.candidates, by_candidate, strict=True)
    ]
    return summary.model_copy(
        update={
            "verdict": verdict(candidates, analysis, summary.conditions),
            "candidates": candidates,
            "pairs": analysis.pairs,
            "hardest_rows": hardest_rows(by_candidate, spec),
            "statistics": Statistics(
                confidence=spec.confidence,
                resamples=spec.resamples,
                seed=spec.seed,
                notes=analysis.notes,
            ),
        }
    )


def with_texts(summary: Summary, texts: Mapping[int, Sequence[str]]) -> Summary:
    """The summary with the texts of its hardest rows, by the rows' ids."""
    rows = [
        row.model_copy(update={"texts": list(texts.get(row.id, ()))})
        for row in summary.hardest_rows
    ]
    return summary.model_copy(update={"hardest_rows": rows})


def _predictions(
    candidate: CandidateSummary, predictions: Mapping[str, JobPredictions]
) -> CandidatePredictions:
    """Those of the completed jobs; a failed candidate has none."""
    items = [item_key(candidate.candidate, seed) for seed in candidate.seeds_completed]
    read = [predictions[item] for item in items if item in predictions]
    return CandidatePredictions(
        candidate.candidate, candidate.method, read, candidate.name, len(items) - len(read)
    )


def _analysed(
    candidate: CandidateSummary,
    predictions: CandidatePredictions,
    analysis: Analysis,
    spec: ComparisonSpec,
) -> CandidateSummary:
    if not predictions.jobs:
        return candidate
    intervals = analysis.intervals.get(candidate.candidate, {})
    return candidate.model_copy(
        update={
            "metrics": {
                name: metric.model_copy(update={"interval": intervals.get(name)})
                for name, metric in candidate.metrics.items()
            },
            "is_tied": analysis.is_tied(candidate.candidate),
            "versus_best": analysis.versus_best.get(candidate.candidate),
            "confusion": confusion(predictions, spec),
            "label_scores": label_scores(predictions, spec),
        }
    )
