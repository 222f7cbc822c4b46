"""Puts together summary.json from what a run left: its tables, its jobs' files and predictions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff.comparison.candidate_summary import candidate_summary
from bakeoff.comparison.rank import Comparison
from bakeoff.comparison.verdict import verdict
from bakeoff.cost.cost_plan import CostPlan
from bakeoff.jobs.result import JobResult
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.manifest import Manifest, PreparedDataset
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.statistics import (
    Analysis,
    CandidatePredictions,
    JobPredictions,
    Question,
    analyse,
    confusion,
    hardest_rows,
    label_scores,
)
from bakeoff.summary.display_names import candidate_names
from bakeoff.summary.document import (
    CandidateSummary,
    Conditions,
    Interval,
    Provenance,
    Spending,
    Statistics,
    Summary,
)

Json = Mapping[str, Any]


@dataclass(frozen=True)
class RunRecord:
    """What a run left behind, read."""

    resolved: ResolvedRequest
    manifest: Manifest
    comparison: Comparison
    predictions: Mapping[str, JobPredictions]
    """By the plan's item, of the jobs whose predictions could be read."""
    cost_plan: CostPlan | None
    about: Json
    """What run.json holds."""
    data_card: DataCard | None = None


def question_of(resolved: ResolvedRequest, dataset: PreparedDataset) -> Question:
    """What the statistics are to answer, once the task is known."""
    return Question(
        task=dataset.task,
        labels=tuple(dataset.labels),
        positive_label=dataset.positive_label,
        main_metric=resolved.main_metric_of(dataset.task),
        confidence=resolved.confidence,
    )


def summarise(record: RunRecord, question: Question | None) -> Summary:
    """With no `question`, as where no data was prepared, there are no intervals and no tests.

    The hardest rows are without their texts, which `with_texts` adds.
    """
    predictions = _predictions(record)
    analysis = analyse(predictions, question) if question else Analysis()
    candidates = [
        _analysed(each, found, analysis, question)
        for each, found in zip(_candidates(record), predictions, strict=True)
    ]
    conditions = _conditions(record)
    return Summary(
        verdict=verdict(candidates, analysis, conditions, _cut_shares(record.data_card)),
        candidates=candidates,
        pairs=analysis.pairs,
        hardest_rows=hardest_rows(predictions, question) if question else [],
        conditions=conditions,
        statistics=_statistics(record.resolved, question, analysis),
        spending=_spending(record.cost_plan, candidates),
        provenance=_provenance(record),
    )


def with_texts(summary: Summary, texts: Mapping[int, Sequence[str]]) -> Summary:
    """The summary with the texts of its hardest rows, by the rows' ids."""
    rows = [
        row.model_copy(update={"texts": list(texts.get(row.id, ()))})
        for row in summary.hardest_rows
    ]
    return summary.model_copy(update={"hardest_rows": rows})


def _candidates(record: RunRecord) -> list[CandidateSummary]:
    recipes = {each.candidate: each for each in record.resolved.candidates}
    return [
        candidate_summary(
            recipes[name], row, record.comparison.jobs[name], record.manifest.model(name)
        )
        for row in record.comparison.rows
        for name in [str(row["candidate"])]
    ]


def _predictions(record: RunRecord) -> list[CandidatePredictions]:
    """One for each row of the comparison, in their order; of failed candidates without jobs."""
    rows = record.comparison.rows
    keys = [(str(row["candidate"]), str(row["model"]), str(row["method"])) for row in rows]
    found = []
    for (candidate, _, method), name in zip(keys, candidate_names(keys), strict=True):
        jobs = [job for job in record.comparison.jobs[candidate] if job.status == "completed"]
        read = [record.predictions[job.item] for job in jobs if job.item in record.predictions]
        found.append(CandidatePredictions(candidate, method, read, name, len(jobs) - len(read)))
    return found


def _analysed(
    candidate: CandidateSummary,
    predictions: CandidatePredictions,
    analysis: Analysis,
    question: Question | None,
) -> CandidateSummary:
    if question is None or not predictions.jobs:
        return candidate
    intervals: Mapping[str, Interval] = analysis.intervals.get(candidate.candidate, {})
    return candidate.model_copy(
        update={
            "metrics": {
                name: metric.model_copy(update={"interval": intervals.get(name)})
                for name, metric in candidate.metrics.items()
            },
            "is_tied": analysis.is_tied(candidate.candidate),
            "versus_best": analysis.versus_best.get(candidate.candidate),
            "confusion": confusion(predictions, question),
            "label_scores": label_scores(predictions, question),
        }
    )


def _cut_shares(data_card: DataCard | None) -> dict[str, float]:
    """The share of test texts that are truncated, by candidate; only where it is known."""
    card = data_card or DataCard()
    shares = {candidate: card.cut_share(candidate) for candidate in card.models}
    return {candidate: share for candidate, share in shares.items() if share is not None}


def _conditions(record: RunRecord) -> Conditions:
    dataset, resolved = record.manifest.dataset, record.resolved
    first = record.comparison.rows[0]
    return Conditions.model_validate(
        {
            "dataset": first["dataset"],
            "dataset_revision": first["dataset_revision"],
            "dataset_fingerprint": first["dataset_fingerprint"],
            "task": first["task"],
            "task_reason": first["task_reason"],
            "labels": dataset.labels if dataset else [],
            "positive_label": first["positive_label"],
            "text_columns": dataset.text_columns if dataset else resolved.text or [],
            "label_columns": dataset.label_columns if dataset else resolved.label or [],
            "rows": dataset.rows.model_dump() if dataset else {},
            "main_metric": first["main_metric"],
            "main_metric_direction": first["main_metric_direction"],
        }
    )


def _statistics(
    resolved: ResolvedRequest, question: Question | None, analysis: Analysis
) -> Statistics:
    return Statistics(
        confidence=resolved.confidence,
        resamples=question.resamples if question else 0,
        seed=question.seed if question else 0,
        notes=analysis.notes if question else ["Intervals and tests were not made."],
    )


def _spending(plan: CostPlan | None, candidates: Sequence[CandidateSummary]) -> Spending:
    owned = [each.ownership for each in candidates]
    billed = [each.billable_seconds for each in owned if each.billable_seconds is not None]
    # A candidate without jobs has cost nothing; one whose price is missing makes the sum unknown.
    costs = [each.cost_usd for each in owned if each.billable_seconds is not None]
    known = [cost for cost in costs if cost is not None]
    return Spending(
        plan=plan,
        billable_seconds=sum(billed) if billed else None,
        cost_usd=sum(known) if known and len(known) == len(costs) else None,
    )


def _provenance(record: RunRecord) -> Provenance:
    jobs = [job for own in record.comparison.jobs.values() for job in own]
    measured = [job.metrics for job in jobs if job.status == "completed" and job.metrics]
    return Provenance.model_validate(
        {
            **record.about,
            "library_versions": next(
                (each.library_versions for each in measured if each.library_versions), {}
            ),
            "devices": sorted({each.device for each in measured if each.device}),
            "request": record.resolved.model_dump(mode="json"),
        }
    )


def completed_jobs(comparison: Comparison) -> list[JobResult]:
    """Those whose predictions count."""
    return [job for own in comparison.jobs.values() for job in own if job.status == "completed"]
