"""The race in stages: what each stage took, and how well the stages agreed."""

from collections.abc import Mapping, Sequence
from typing import Any

from bakeoff.comparison.ownership import Prices, priced, total_cost
from bakeoff.comparison.saving import saving, tokens_of
from bakeoff.jobs.result import JobResult
from bakeoff.metrics import higher_is_better
from bakeoff.race.stage_outcome import Entrant, StageOutcome
from bakeoff.statistics.kendall import kendalls_tau
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.ownership import Ownership
from bakeoff.summary.staged_race import RaceStage, RankAgreement, SearchCounts, StagedRace

# Of two candidates any two orders agree wholly or not at all.
_FEWEST_TO_AGREE = 3

Ranks = Mapping[str, float]
"""By candidate, lower is better."""


def staged_race(
    candidates: Sequence[CandidateSummary],
    main_metric: str | None,
    outcomes: Sequence[StageOutcome],
    results: Sequence[JobResult],
    prices: Prices,
    search: SearchCounts | None,
) -> StagedRace | None:
    """None if all candidates were trained to the end and none was searched for.

    Args:
        candidates: in the order of their ranks.
        outcomes: of the screening and the rungs, in their order.
        results: of the jobs of all stages.
    """
    if not outcomes and search is None:
        return None
    stages = [_stage(each, results, prices) for each in outcomes]
    if any(each.jobs for each in candidates):
        stages.append(_final(candidates, main_metric, results, prices))
    screening = next((_ranks(each) for each in outcomes if each.stage == "screening"), {})
    rung = next((_ranks(each) for each in outcomes if each.stage == "rung"), {})
    final = {
        each.candidate: float(each.rank)
        for each in candidates
        if each.rank is not None and not each.is_baseline
    }
    return StagedRace(
        stages=stages,
        search=search,
        screening_with_rung=_agreement(screening, rung),
        screening_with_final=_agreement(screening, final),
        saving=saving(candidates, outcomes, results) if outcomes else None,
    )


def _stage(outcome: StageOutcome, results: Sequence[JobResult], prices: Prices) -> RaceStage:
    own = [each for each in results if each.stage == outcome.stage and each.wave == outcome.wave]
    return RaceStage(
        stage=outcome.stage,
        wave=outcome.wave,
        share=outcome.share,
        places=outcome.places,
        entrants=outcome.entrants,
        **_bill(own, prices),
    )


def _final(
    candidates: Sequence[CandidateSummary],
    main_metric: str | None,
    results: Sequence[JobResult],
    prices: Prices,
) -> RaceStage:
    own = [each for each in results if each.stage == "final"]
    entrants = []
    for each in candidates:
        score = each.metrics.get(main_metric or "")
        if each.jobs:
            entrants.append(
                Entrant(
                    candidate=each.candidate,
                    score=score.mean if score else None,
                    is_kept=score is not None,
                    reason=each.reason,
                )
            )
    wave = min((each.wave for each in own), default=1)
    return RaceStage(stage="final", wave=wave, share=1.0, entrants=entrants, **_bill(own, prices))


def _bill(results: Sequence[JobResult], prices: Prices) -> dict[str, Any]:
    bill = [
        priced(
            Ownership(instance_type=each.instance_type, billable_seconds=each.billable_seconds),
            prices,
        )
        for each in results
    ]
    seconds = [each.billable_seconds for each in bill if each.billable_seconds is not None]
    tokens = [count for each in results if (count := tokens_of(each)) is not None]
    return {
        "billable_seconds": sum(seconds) if seconds else None,
        "cost_usd": total_cost(bill),
        "train_tokens": sum(tokens) if tokens else None,
    }


def _ranks(outcome: StageOutcome) -> Ranks:
    """Of those with a score. In the screening it is a mean rank."""
    scored = {each.candidate: each.score for each in outcome.entrants if each.score is not None}
    if outcome.metric is not None and higher_is_better(outcome.metric):
        return {candidate: -score for candidate, score in scored.items()}
    return scored


def _agreement(first: Ranks, second: Ranks) -> RankAgreement | None:
    """Over those that have both ranks; None for fewer than three, or if all of them are equal."""
    both = [candidate for candidate in first if candidate in second]
    if len(both) < _FEWEST_TO_AGREE:
        return None
    tau = kendalls_tau([first[one] for one in both], [second[one] for one in both])
    return None if tau is None else RankAgreement(kendalls_tau=tau, num_candidates=len(both))
