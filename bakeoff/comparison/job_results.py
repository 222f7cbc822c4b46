"""The result of every planned job, whatever happened to it."""

from collections.abc import Iterable, Sequence

from bakeoff.comparison.conditions import conditions_of
from bakeoff.jobs.plan_item import PlanItem
from bakeoff.jobs.result import JobResult
from bakeoff.methods import is_used
from bakeoff.prepared.manifest import Manifest
from bakeoff.request.resolved import ResolvedRequest


def job_results(
    resolved: ResolvedRequest,
    manifest: Manifest,
    items: Sequence[PlanItem],
    results: Iterable[JobResult],
) -> list[JobResult]:
    """One for each item of the plan, in its order.

    An item without a result gets a `missing` one, so that nothing planned is lost. A completed
    job without a finite main metric fails, as it cannot be ranked.
    """
    metric = conditions_of(resolved, manifest).main_metric
    methods = {each.candidate: each.method for each in resolved.candidates}
    by_item = {result.item: result for result in results}
    found = [by_item.get(item.item) or JobResult.missing(item) for item in items]
    return [_rankable(result, metric, methods[result.candidate]) for result in found]


def _rankable(result: JobResult, main_metric: str | None, method: str) -> JobResult:
    if result.status != "completed" or main_metric in result.scores("test"):
        return result
    reason = f"Its {main_metric} on test is not a finite number"
    if is_used("learning_rate", method):
        reason += ": training diverged. Lower learning_rate, or warm up longer"
    return result.model_copy(update={"status": "failed", "reason": f"{reason}."})
