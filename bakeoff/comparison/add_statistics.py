"""What the jobs' predictions add to a summary: intervals, tests and single rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bakeoff.comparison.verdict import verdict
from bakeoff.names import item_key
from bakeoff.prepared.manifest import PreparedDataset
from bakeoff.prepared.row_slices import RowSlices
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.statistics import (
    Analysis,
    CandidatePredictions,
    ComparisonSpec,
    JobPredictions,
    analyse,
)
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.conditions import Statistics
from bakeoff.summary.document import Summary


@dataclass(frozen=True)
class CompletedJob:
    """A job whose predictions are wanted."""

    item: str
    """The plan's item."""
    seed: int
    threshold: float | None
    """The job's own, in a multi-label task."""
    temperature: float | None = None
    """The job's own."""
    target_threshold: float | None = None
    """The job's own."""
    has_probabilities: bool = True
    """Whether its predictions tell how likely answers are."""


ReadPredictions = Callable[[Sequence[CompletedJob]], Iterator[JobPredictions | None]]
"""Yields the predictions of each job, in the order of the jobs; None if they are missing or cannot
be read. Few are in memory at once if they are read one after another."""


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
    summary: Summary, read: ReadPredictions, spec: ComparisonSpec, slices: RowSlices | None = None
) -> Summary:
    """The summary with its intervals, tests and tied group, and a verdict that rests on them.

    `slices` are those of the test rows, if the preparation has made some. The hardest rows have no
    texts yet, which `with_texts` adds.
    """
    analysis = analyse(_predictions(summary.candidates, read), spec, slices)
    candidates = [_analysed(candidate, analysis) for candidate in summary.candidates]
    return summary.model_copy(
        update={
            "verdict": verdict(candidates, analysis, summary.conditions),
            "candidates": candidates,
            "pairs": analysis.pairs,
            "hardest_rows": analysis.hardest_rows,
            "slices": analysis.slices,
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
    candidates: Sequence[CandidateSummary], read: ReadPredictions
) -> Iterator[CandidatePredictions]:
    """Those of the completed jobs; a failed candidate has none."""
    jobs = {
        each.candidate: [
            CompletedJob(
                item_key(each.candidate, job.seed),
                job.seed,
                job.threshold,
                job.temperature,
                job.target_threshold,
                job.has_probabilities,
            )
            for job in each.jobs
            if job.status == "completed"
        ]
        for each in candidates
    }
    predictions = read([job for own in jobs.values() for job in own])
    for each in candidates:
        num_jobs = len(jobs[each.candidate])
        found = [one for one in islice(predictions, num_jobs) if one is not None]
        yield CandidatePredictions(
            candidate=each.candidate,
            method=each.method,
            jobs=found,
            name=each.name,
            is_partial=each.status == "partial",
            num_unread=num_jobs - len(found),
        )


def _analysed(candidate: CandidateSummary, analysis: Analysis) -> CandidateSummary:
    intervals = analysis.intervals.get(candidate.candidate, {})
    return candidate.model_copy(
        update={
            "metrics": {
                **{
                    name: metric.model_copy(update={"interval": intervals.get(name)})
                    for name, metric in candidate.metrics.items()
                },
                **analysis.probability_scores.get(candidate.candidate, {}),
            },
            "is_tied": analysis.is_tied(candidate.candidate),
            "versus_best": analysis.versus_best.get(candidate.candidate),
            "confusion": analysis.confusions.get(candidate.candidate),
            "decisions": analysis.decisions.get(candidate.candidate),
            "fit": analysis.fits.get(candidate.candidate),
            "label_scores": analysis.label_scores.get(candidate.candidate, []),
        }
    )
