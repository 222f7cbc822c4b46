"""What the learning curve adds to a summary: scores at parts of the rows, and a forecast."""

from collections.abc import Mapping, Sequence

from bakeoff.comparison.add_statistics import CompletedJob, ReadPredictions
from bakeoff.comparison.ownership import Prices, priced
from bakeoff.comparison.verdict_more_labels import on_more_labels
from bakeoff.jobs.result import JobResult
from bakeoff.methods import learns_from_rows
from bakeoff.names import train_percent_of
from bakeoff.race.curve_parts import FEWEST_ROWS, PERCENTS, part_rows
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.statistics import CandidatePredictions, ComparisonSpec
from bakeoff.statistics.curve_forecast import PointPredictions, curve_forecast
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.conditions import Conditions
from bakeoff.summary.document import Summary
from bakeoff.summary.more_labels import CandidateCurve, CurvePoint, MoreLabels
from bakeoff.summary.ownership import Ownership

_WHOLE = 100
_NOT_YET = "Forecasts were not computed."
_NOTHING_LEARNT = (
    "It has not shown that it learnt anything from the rows that there are, so its scores say "
    "nothing of more."
)


def more_labels(
    resolved: ResolvedRequest,
    candidates: Sequence[CandidateSummary],
    conditions: Conditions,
    results: Sequence[JobResult],
    prices: Prices,
) -> MoreLabels | None:
    """The measured points, without intervals and forecasts; None where nobody asked for them.

    Args:
        candidates: in the order of their ranks.
        results: of the jobs of all stages.
    """
    metric = conditions.main_metric
    if not resolved.learning_curve or metric is None:
        return None
    own = {
        each.candidate: [
            one for one in results if (one.candidate, one.stage) == (each.candidate, "curve")
        ]
        for each in candidates
    }
    curves = [
        _curve(each, own[each.candidate], metric, conditions.rows.get("train", 0), prices)
        for each in candidates
        if own[each.candidate]
    ]
    return MoreLabels(
        metric=metric,
        candidates=curves,
        reason=None if curves else _why_none(candidates, conditions),
    )


def with_forecasts(
    summary: Summary, results: Sequence[JobResult], read: ReadPredictions, spec: ComparisonSpec
) -> Summary:
    """The summary with the forecasts of its learning curve, and a sentence in the verdict."""
    found = summary.more_labels
    if found is None:
        return summary
    by_name = {each.candidate: each for each in summary.candidates}
    curves = [
        _forecast(curve, by_name[curve.candidate], results, read, spec)
        for curve in found.candidates
    ]
    found = found.model_copy(update={"candidates": curves})
    verdict = summary.verdict
    if verdict.best is not None:
        sentences = [*verdict.sentences, *on_more_labels(found, summary.candidates)]
        verdict = verdict.model_copy(update={"sentences": sentences})
    return summary.model_copy(update={"more_labels": found, "verdict": verdict})


def _curve(
    candidate: CandidateSummary,
    results: Sequence[JobResult],
    metric: str,
    train_rows: int,
    prices: Prices,
) -> CandidateCurve:
    by_percent = {train_percent_of(each.item): each for each in results}
    parts = [
        _point(percent, rows, by_percent[percent], metric, prices)
        for percent, rows in part_rows(train_rows).items()
        if percent in by_percent
    ]
    score = candidate.metrics.get(metric)
    whole = CurvePoint(
        percent=_WHOLE,
        train_rows=train_rows,
        score=score.mean if score else None,
        interval=score.interval if score else None,
        num_seeds=len(candidate.seeds_completed),
        reason=None if score else candidate.reason,
    )
    lost = [point for point in (*parts, whole) if point.score is None]
    return CandidateCurve(
        candidate=candidate.candidate,
        points=[*parts, whole],
        reason=_on_lost(lost) if lost or len(parts) < len(PERCENTS) else _NOT_YET,
    )


def _point(percent: int, rows: int, result: JobResult, metric: str, prices: Prices) -> CurvePoint:
    billed = priced(
        Ownership(instance_type=result.instance_type, billable_seconds=result.billable_seconds),
        prices,
    )
    score = result.scores("test").get(metric) if result.status == "completed" else None
    without = f"Its {metric} on test is not a finite number: training diverged."
    return CurvePoint(
        percent=percent,
        train_rows=rows,
        score=score,
        num_seeds=1,
        job_name=result.job_name,
        reason=None if score is not None else result.reason or without,
        billable_seconds=result.billable_seconds,
        cost_usd=billed.cost_usd,
    )


def _on_lost(lost: Sequence[CurvePoint]) -> str:
    which = " and ".join(f"{point.percent} %" for point in lost)
    reasons = " ".join(dict.fromkeys(point.reason for point in lost if point.reason))
    return f"The training on {which} of the rows failed. {reasons}".strip()


def _forecast(
    curve: CandidateCurve,
    candidate: CandidateSummary,
    results: Sequence[JobResult],
    read: ReadPredictions,
    spec: ComparisonSpec,
) -> CandidateCurve:
    if any(point.score is None for point in curve.points) or len(curve.points) <= len(PERCENTS):
        return curve
    if candidate.knows_nothing:
        return curve.model_copy(update={"reason": _NOTHING_LEARNT})
    jobs = _jobs(curve.candidate, results)
    points = [
        PointPredictions(
            point.train_rows,
            _predictions(candidate, jobs.get(point.percent, []), read),
        )
        for point in curve.points
    ]
    found = curve_forecast(points, spec)
    return curve.model_copy(
        update={
            "points": [
                point.model_copy(update={"interval": interval or point.interval})
                for point, interval in zip(curve.points, found.intervals, strict=True)
            ],
            "forecast": found.forecast,
            "reason": found.reason,
        }
    )


def _jobs(candidate: str, results: Sequence[JobResult]) -> Mapping[int, list[CompletedJob]]:
    """The completed jobs by the part of the rows."""
    found: dict[int, list[CompletedJob]] = {}
    for each in results:
        metrics = each.metrics
        is_own = each.candidate == candidate and each.stage in ("final", "curve")
        if is_own and each.status == "completed" and metrics is not None:
            job = CompletedJob(
                each.item,
                each.seed,
                metrics.threshold,
                metrics.temperature,
                has_probabilities=metrics.has_probabilities is not False,
            )
            found.setdefault(train_percent_of(each.item) or _WHOLE, []).append(job)
    return found


def _predictions(
    candidate: CandidateSummary, jobs: Sequence[CompletedJob], read: ReadPredictions
) -> CandidatePredictions:
    found = [one for one in read(jobs) if one is not None]
    return CandidatePredictions(
        candidate=candidate.candidate,
        method=candidate.method,
        jobs=found,
        name=candidate.name,
        num_unread=len(jobs) - len(found),
    )


def _why_none(candidates: Sequence[CandidateSummary], conditions: Conditions) -> str:
    train_rows = conditions.rows.get("train", 0)
    if not part_rows(train_rows):
        fewest = FEWEST_ROWS * _WHOLE // PERCENTS[0]
        return (
            f"{train_rows:,} train rows are too few for a learning curve: it takes {fewest}, as a "
            f"training on fewer than {FEWEST_ROWS} depends on chance."
        )
    if not any(each.has_result and learns_from_rows(each.method) for each in candidates):
        return "No candidate that learns from train rows has a result."
    return "The run ended before the learning curve was planned: run the request again."
