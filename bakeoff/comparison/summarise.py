"""The summary of what a run left: first the averages, then what the predictions add."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff.comparison.candidate_summary import CandidateRecord, candidate_summary
from bakeoff.comparison.conditions import conditions_of
from bakeoff.comparison.ownership import NO_PRICES
from bakeoff.comparison.ranking import ranked
from bakeoff.comparison.verdict import verdict
from bakeoff.cost.cost_plan import CostPlan
from bakeoff.jobs.instances import instance_type_of
from bakeoff.jobs.result import JobResult
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.manifest import Manifest
from bakeoff.race.stage_outcome import StageOutcome
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.statistics import Analysis
from bakeoff.summary.display_names import display_names
from bakeoff.summary.document import (
    CandidateSummary,
    Provenance,
    Spending,
    Statistics,
    Summary,
)

Json = Mapping[str, Any]


@dataclass(frozen=True)
class RunRecord:
    """What a run left, read."""

    resolved: ResolvedRequest
    manifest: Manifest
    results: Sequence[JobResult]
    """One for every planned job of the final, as `job_results` returns them."""
    about: Json
    """What run.json holds."""
    cost_plan: CostPlan | None = None
    data_card: DataCard | None = None
    outcomes: Sequence[StageOutcome] = ()
    """Of the screening and the rungs, in their order."""
    stage_results: Sequence[JobResult] = ()
    """Of the screening's jobs and of the rungs', in the order of the waves."""


def summarise(record: RunRecord) -> Summary:
    """The averages and ranks of every candidate of the request, without intervals and tests."""
    conditions = conditions_of(record.resolved, record.manifest)
    metric = conditions.main_metric
    candidates = ranked(_candidates(record, metric), metric)
    return Summary(
        verdict=verdict(candidates, Analysis(), conditions),
        candidates=candidates,
        pairs=[],
        hardest_rows=[],
        conditions=conditions,
        statistics=Statistics(
            confidence=record.resolved.confidence,
            resamples=0,
            seed=0,
            notes=["Intervals and tests were not computed."],
        ),
        spending=_spending(record.cost_plan, candidates),
        provenance=_provenance(record),
    )


def _candidates(record: RunRecord, main_metric: str | None) -> list[CandidateSummary]:
    """In the order of the request."""
    resolved, manifest = record.resolved, record.manifest
    names = display_names(resolved.candidates)
    shares = _truncated_shares(record.data_card)
    results: dict[str, list[JobResult]] = defaultdict(list)
    for result in record.results:
        results[result.candidate].append(result)
    prices = record.cost_plan.prices_usd_per_hour if record.cost_plan else NO_PRICES
    records = [
        CandidateRecord(
            candidate=candidate,
            name=names[candidate.candidate],
            results=results[candidate.candidate],
            model=manifest.model(candidate.candidate),
            rows=manifest.dataset.rows if manifest.dataset else None,
            instance_type=instance_type_of(resolved, candidate.method),
            truncated_share=shares.get(candidate.candidate),
        )
        for candidate in resolved.candidates
    ]
    return [candidate_summary(each, main_metric, prices) for each in records]


def _truncated_shares(data_card: DataCard | None) -> dict[str, float]:
    """The share of test texts that are truncated, by candidate, where it is known."""
    card = data_card or DataCard()
    shares = {candidate: card.cut_share(candidate) for candidate in card.models}
    return {candidate: share for candidate, share in shares.items() if share is not None}


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
    measured = [
        result.metrics
        for result in record.results
        if result.status == "completed" and result.metrics is not None
    ]
    versions = (each.library_versions for each in measured if each.library_versions)
    return Provenance.model_validate(
        {
            **record.about,
            "library_versions": next(versions, {}),
            "devices": sorted({each.device for each in measured if each.device}),
            "request": record.resolved.model_dump(mode="json"),
        }
    )
