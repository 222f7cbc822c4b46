"""The summary of what a run left: first the averages, then what the predictions add."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff.comparison.candidate_summary import CandidateRecord, candidate_summary
from bakeoff.comparison.conditions import conditions_of
from bakeoff.comparison.course import Course, courses, dropped_out
from bakeoff.comparison.marks import ValidationRows
from bakeoff.comparison.more_labels import more_labels
from bakeoff.comparison.ownership import NO_PRICES, Prices, priced, total_cost
from bakeoff.comparison.ranking import ranked
from bakeoff.comparison.screening_share import screening_shares
from bakeoff.comparison.staged_race import staged_race
from bakeoff.comparison.token_costs import Hosting, with_tokens
from bakeoff.comparison.verdict import verdict
from bakeoff.cost.cost_plan import CostPlan
from bakeoff.jobs.instances import instance_type_of
from bakeoff.jobs.result import JobResult
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.manifest import Manifest
from bakeoff.race.stage_outcome import StageOutcome
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.statistics import Analysis
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.conditions import Conditions, Statistics
from bakeoff.summary.display_names import display_names
from bakeoff.summary.document import Summary
from bakeoff.summary.ownership import Ownership
from bakeoff.summary.provenance import Provenance
from bakeoff.summary.spending import Spending
from bakeoff.summary.staged_race import SearchCounts

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
    """Of the screening's jobs, the rungs' and the learning curve's, in the order of the waves."""
    search: SearchCounts | None = None
    """None if the request named its models."""

    @property
    def prices(self) -> Prices:
        return self.cost_plan.prices_usd_per_hour if self.cost_plan else NO_PRICES

    def hosting_of(self, candidate: str) -> Hosting | None:
        """None unless the candidate's model is behind an API."""
        hosted = {each.candidate: each.model for each in self.resolved.candidates if each.is_hosted}
        if candidate not in hosted:
            return None
        prices = self.cost_plan.token_prices if self.cost_plan else {}
        return Hosting(prices.get(hosted[candidate]))


def summarise(record: RunRecord) -> Summary:
    """The averages and ranks of every candidate of the request, without intervals and tests."""
    conditions = conditions_of(record.resolved, record.manifest)
    metric = conditions.main_metric
    found = _candidates(record, conditions)
    candidates = ranked(found, metric, dropped_out(record.outcomes))
    every = [*record.stage_results, *record.results]
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
        spending=_spending(record),
        provenance=_provenance(record),
        race=staged_race(
            candidates,
            metric,
            record.outcomes,
            every,
            record.prices,
            record.search,
        ),
        more_labels=more_labels(record.resolved, candidates, conditions, every, record.prices),
    )


def _candidates(record: RunRecord, conditions: Conditions) -> list[CandidateSummary]:
    """In the order of the request."""
    resolved, manifest = record.resolved, record.manifest
    names = display_names(resolved.candidates)
    shares = _truncated_shares(record.data_card)
    results: dict[str, list[JobResult]] = defaultdict(list)
    rungs: dict[str, list[JobResult]] = defaultdict(list)
    for result in record.results:
        results[result.candidate].append(result)
    for result in record.stage_results:
        if result.stage == "rung":
            rungs[result.candidate].append(result)
    entered = courses(record.outcomes)
    screening = screening_shares(record.stage_results, record.prices)
    validation = ValidationRows.of(conditions, record.data_card)
    records = [
        CandidateRecord(
            candidate=candidate,
            name=names[candidate.candidate],
            seeds=resolved.seeds_of(candidate),
            results=results[candidate.candidate],
            model=manifest.model(candidate.candidate),
            rows=manifest.dataset.rows if manifest.dataset else None,
            instance_type=instance_type_of(resolved, candidate),
            truncated_share=shares.get(candidate.candidate),
            validation=validation,
            rung_results=rungs[candidate.candidate],
            course=entered.get(candidate.candidate, Course()),
            screening_share=screening.get(candidate.candidate),
            hosting=record.hosting_of(candidate.candidate),
        )
        for candidate in resolved.candidates
    ]
    return [candidate_summary(each, conditions.main_metric, record.prices) for each in records]


def _truncated_shares(data_card: DataCard | None) -> dict[str, float]:
    """The share of test texts that are truncated, by candidate, where it is known."""
    card = data_card or DataCard()
    shares = {candidate: card.cut_share(candidate) for candidate in card.models}
    return {candidate: share for candidate, share in shares.items() if share is not None}


def _spending(record: RunRecord) -> Spending:
    """What all jobs were billed; one whose price is missing makes the cost unknown."""
    bill = [_billed(each, record) for each in [*record.stage_results, *record.results]]
    billed = [each.billable_seconds for each in bill if each.billable_seconds is not None]
    return Spending(
        plan=record.cost_plan,
        billable_seconds=sum(billed) if billed else None,
        cost_usd=total_cost(bill),
    )


def _billed(result: JobResult, record: RunRecord) -> Ownership:
    owned = priced(
        Ownership(instance_type=result.instance_type, billable_seconds=result.billable_seconds),
        record.prices,
    )
    hosting = record.hosting_of(result.candidate)
    if hosting is None:
        return owned
    return with_tokens(owned, result.metrics.asked if result.metrics else None, hosting)


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
