"""The cost of owning a model, from the measurements of its jobs and the prices of instances."""

import pytest

from bakeoff.comparison.ownership import NO_PRICES, candidate_ownership, job_ownership, priced
from bakeoff.summary.ownership import Ownership
from tests.support.compared import compared
from tests.support.run_samples import completed, failed, job_metrics, planned, resolved_with

INFERENCE = {
    "device": "NVIDIA A10G",
    "latency_calls": 100,
    "latency_p50_seconds": 0.004,
    "latency_p95_seconds": 0.005,
    "latency_p99_seconds": 0.009,
    "rows_per_second_batch_1": 240.0,
    "rows_per_second_batch_32": 2000.0,
    "peak_bytes": 400_000_000,
    "tokens_per_text": 31.5,
}
UNMEASURED = {"instance_type", "training_seconds", "billable_seconds"}


def result_of(**metrics):
    (item,) = planned(resolved_with(models=["a"])).items
    return completed(item, metrics=metrics)


def test_a_job_s_measurements_have_the_names_of_the_tables():
    result = result_of(inference=INFERENCE, train_peak_bytes=900_000_000, memory_of="gpu")
    found = job_ownership(result, "ml.g5.xlarge", NO_PRICES)
    assert found == Ownership(
        inference_rows_per_second_batch_1=240.0,
        inference_rows_per_second_batch_32=2000.0,
        latency_p50_seconds=0.004,
        latency_p95_seconds=0.005,
        latency_p99_seconds=0.009,
        tokens_per_text=31.5,
        train_peak_bytes=900_000_000,
        inference_peak_bytes=400_000_000,
        memory_of="gpu",
        training_seconds=900,
        billable_seconds=300,
        instance_type="ml.g5.xlarge",
    )


@pytest.mark.parametrize(
    "metrics",
    [
        {},
        {"inference": None},
        {"inference": "no"},
        {"inference": {"peak_bytes": "x"}},
        {"memory_of": "tpu"},
    ],
)
def test_missing_measurements_are_unknown(metrics):
    found = job_ownership(result_of(**metrics), "ml.g5.xlarge", NO_PRICES)
    known = {name for name, value in found.model_dump().items() if value is not None}
    assert known == UNMEASURED


def test_a_candidate_has_means_whole_bytes_and_the_bill_of_all_its_jobs():
    def outcome(item):
        if item.seed == 3:
            return failed(item)
        peak, latency = (10, 0.004) if item.seed == 1 else (11, 0.006)
        inference = INFERENCE | {"peak_bytes": peak, "latency_p50_seconds": latency}
        return completed(item, metrics=job_metrics(inference=inference))

    resolved = resolved_with(models=["a"], seeds=[1, 2, 3])
    (candidate,) = compared(resolved, outcome).candidates
    owned = candidate.ownership
    assert (owned.inference_peak_bytes, owned.latency_p50_seconds) == (10, 0.005)
    assert (owned.billable_seconds, owned.training_seconds) == (900, 900.0)


def test_memory_measured_in_different_ways_is_not_called_either():
    def outcome(item):
        memory_of = "gpu" if item.seed == 1 else "process"
        return completed(item, metrics=job_metrics(memory_of=memory_of))

    (candidate,) = compared(resolved_with(models=["a"], seeds=[1, 2]), outcome).candidates
    assert candidate.ownership.memory_of is None


def test_costs_follow_from_the_price_the_time_and_the_throughput():
    # 3.6 dollars an hour are 0.001 a second; a million rows at 2000 a second take 500 seconds.
    found = priced(owned(), {"ml.g5.xlarge": 3.6})
    assert found.price_usd_per_hour == 3.6
    assert found.cost_usd == pytest.approx(0.9)
    assert found.usd_per_million_predictions == pytest.approx(0.5)


def owned(instance_type="ml.g5.xlarge", seconds=900, throughput=2000.0):
    return Ownership(
        instance_type=instance_type,
        billable_seconds=seconds,
        inference_rows_per_second_batch_32=throughput,
    )


COSTS = ("price_usd_per_hour", "cost_usd", "usd_per_million_predictions")


@pytest.mark.parametrize(
    ("prices", "seconds", "throughput", "known"),
    [
        ({}, 900, 2000.0, set()),
        ({"ml.g5.xlarge": None}, 900, 2000.0, set()),
        ({"ml.g5.2xlarge": 3.6}, 900, 2000.0, set()),
        (
            {"ml.g5.xlarge": 3.6},
            None,
            2000.0,
            {"price_usd_per_hour", "usd_per_million_predictions"},
        ),
        ({"ml.g5.xlarge": 3.6}, 900, None, {"price_usd_per_hour", "cost_usd"}),
        ({"ml.g5.xlarge": 3.6}, 900, 0.0, {"price_usd_per_hour", "cost_usd"}),
    ],
)
def test_a_cost_that_lacks_a_factor_is_unknown_and_never_guessed(
    prices, seconds, throughput, known
):
    found = priced(owned(seconds=seconds, throughput=throughput), prices)
    assert {name for name in COSTS if getattr(found, name) is not None} == known


def test_a_price_of_nothing_is_not_an_unknown_price():
    assert priced(owned("local"), {"local": 0.0}).cost_usd == 0.0


@pytest.mark.parametrize(
    ("one", "many", "best"),
    [(10.0, 50.0, 50.0), (16.0, 8.0, 16.0), (None, 8.0, 8.0), (None, None, None)],
)
def test_the_faster_batch_size_counts(one, many, best):
    found = Ownership(
        inference_rows_per_second_batch_1=one, inference_rows_per_second_batch_32=many
    )
    assert found.inference_rows_per_second == best


FALLBACK_PRICES = {"ml.g5.xlarge": 3.6, "ml.g6.xlarge": 1.8}


def owned_on(*instance_types):
    """The ownership and the warnings of a candidate whose jobs ran on these, one for each seed."""
    resolved = resolved_with(
        models=["a"],
        seeds=len(instance_types),
        compute={"fallback_instance_types": ["ml.g6.xlarge"]},
    )
    kinds = iter(instance_types)
    metrics = job_metrics(inference=INFERENCE)
    (found,) = compared(
        resolved, lambda item: completed(item, metrics=metrics, instance_type=next(kinds))
    ).candidates
    jobs = [job.ownership.model_copy(update={"cost_usd": None}) for job in found.jobs]
    jobs = [priced(job, FALLBACK_PRICES) for job in jobs]
    repriced = [
        job.model_copy(update={"ownership": own}) for job, own in zip(found.jobs, jobs, strict=True)
    ]
    return candidate_ownership(repriced, None, "ml.g5.xlarge", FALLBACK_PRICES), found.warnings


def test_a_candidate_on_another_instance_type_has_that_ones_price_and_says_so():
    found, (warning,) = owned_on("ml.g6.xlarge")
    assert (found.instance_type, found.price_usd_per_hour) == ("ml.g6.xlarge", 1.8)
    assert warning.startswith("It ran on ml.g6.xlarge, as ml.g5.xlarge had no capacity or quota")


def test_jobs_on_several_instance_types_have_no_mean_speed_but_each_its_cost():
    found, (warning,) = owned_on("ml.g5.xlarge", "ml.g6.xlarge")
    assert found.instance_type == "ml.g5.xlarge, ml.g6.xlarge"
    assert found.cost_usd == pytest.approx(300 / 3600 * (3.6 + 1.8))
    assert (found.price_usd_per_hour, found.usd_per_million_predictions) == (None, None)
    assert (found.latency_p50_seconds, found.training_seconds) == (None, None)
    assert found.tokens_per_text == 31.5
    assert warning.startswith("Some of its jobs ran on ml.g6.xlarge")


def test_a_candidate_on_the_planned_instance_type_has_no_warning():
    found, warnings = owned_on("ml.g5.xlarge", "ml.g5.xlarge")
    assert (found.price_usd_per_hour, found.latency_p50_seconds) == (3.6, 0.004)
    assert warnings == []
