"""Estimates for what no past run tells of: rough, and marked as such."""

from collections.abc import Sequence
from dataclasses import replace

from bakeoff.cost.cost_plan import CandidateEstimate, CostPlan
from bakeoff.cost.estimate import Workload, estimate_of, total
from bakeoff.cost.rough_speed import (
    ROWS_PER_STEP,
    SECONDS_PER_GPU_STEP,
    fixed_seconds,
    has_gpu,
    rough_speed,
    usual_parameters,
)
from bakeoff.methods import is_baseline, is_used
from bakeoff.prepared.manifest import Rows

ASSUMED_ROWS = Rows(train=10_000, validation=1_000, test=2_000)
ASSUMED_TOKENS = 256.0

# A linear model on n-grams, or on static vectors.
_LINEAR_SECONDS_PER_ROW = 0.002
# A model behind an API is asked eight questions at once; each kind of examples takes some.
_ANSWERS_PER_SECOND = 5
_QUESTIONS_OF_A_CHOICE = 500


def assumed_rows_in_words() -> str:
    return (
        f"For {ASSUMED_ROWS.train:,} train and {ASSUMED_ROWS.test:,} test rows, for example; the "
        "time grows with them."
    )


def with_rough_estimates(plan: CostPlan, workloads: Sequence[Workload]) -> CostPlan:
    """The plan with a rough estimate of each candidate that has none, and the sums anew."""
    estimates = [
        each if each.seconds is not None else _rough(workload, each, plan)
        for each, workload in zip(plan.estimates, workloads, strict=True)
    ]
    return plan.model_copy(
        update={
            "estimates": estimates,
            "estimated_seconds": total([each.seconds for each in estimates]),
            "estimated_usd": total([each.usd for each in estimates]),
        }
    )


def _rough(workload: Workload, without: CandidateEstimate, plan: CostPlan) -> CandidateEstimate:
    """`without` as it is where even a rough estimate lacks something."""
    if workload.is_hosted:
        found = _asked(workload)
    else:
        found = _linear(workload) if _is_linear(workload) else _neural(workload)
    if found is None:
        return without
    seconds, basis = found
    price = plan.prices_usd_per_hour.get(workload.instance_type)
    return estimate_of(workload, seconds, price, basis).model_copy(update={"is_rough": True})


def _is_linear(workload: Workload) -> bool:
    return is_baseline(workload.method) or workload.method == "static"


def _linear(workload: Workload) -> tuple[float, str] | None:
    rows = workload.rows
    if rows is None:
        return None
    num_rows = rows.train + rows.validation + rows.test
    each = fixed_seconds(workload.instance_type) + _LINEAR_SECONDS_PER_ROW * num_rows
    seconds = workload.part.jobs * each
    return seconds, "Rough: the start of a job, and a linear model."


def _asked(workload: Workload) -> tuple[float, str] | None:
    """Of a model behind an API."""
    if workload.rows is None:
        return None
    num_questions = workload.rows.test + _QUESTIONS_OF_A_CHOICE
    each = fixed_seconds(workload.instance_type) + num_questions / _ANSWERS_PER_SECOND
    seconds = workload.part.jobs * each
    return seconds, f"Rough: the start of a job, and {_ANSWERS_PER_SECOND} answers in a second."


def _neural(workload: Workload) -> tuple[float, str] | None:
    speed = rough_speed(workload.instance_type)
    if speed is None or workload.rows is None:
        return None
    size = workload.num_parameters or usual_parameters(workload.model)
    told = "" if workload.num_parameters else ", as its name lets expect"
    tokens = workload.tokens_per_row or ASSUMED_TOKENS
    assumed = "" if workload.tokens_per_row else f" Assumes {ASSUMED_TOKENS:g} tokens in each text."
    per_second, source = speed
    seconds = replace(workload, tokens_per_row=tokens).work * size / per_second
    if has_gpu(workload.instance_type) and is_used("epochs", workload.method):
        passed = workload.rows.train * workload.epochs * workload.part.trainings
        seconds = max(seconds, passed / ROWS_PER_STEP * SECONDS_PER_GPU_STEP)
    seconds += workload.part.jobs * fixed_seconds(workload.instance_type)
    millions = f"{size / 1e6:,.0f} million parameters{told}"
    return seconds, f"Rough: from {millions}, at {source}.{assumed}"
