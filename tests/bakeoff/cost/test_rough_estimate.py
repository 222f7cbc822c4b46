"""Estimates for what no past run tells of."""

import pytest

from bakeoff.cost.estimate import Workload, with_estimates
from bakeoff.cost.expected_race import Part
from bakeoff.cost.rough_estimate import with_rough_estimates
from bakeoff.cost.rough_speed import rough_speed, usual_parameters
from bakeoff.cost.upper_bound import cost_plan
from bakeoff.prepared.manifest import Rows
from tests.support.run_samples import resolved_with

ROWS = Rows(train=25_000, validation=2_500, test=10_000)


def workload(**more: object) -> Workload:
    given = {
        "candidate": "base",
        "model": "roberta-base",
        "method": "full",
        "instance_type": "ml.g5.xlarge",
        "part": Part(jobs=1, trainings=1, tests=1),
        "num_parameters": 100_000_000,
        "rows": ROWS,
        "epochs": 2,
        "tokens_per_row": 200.0,
    }
    return Workload(**(given | more))  # type: ignore[arg-type]


def estimated(work: Workload, price: float | None = 1.5):
    plan = cost_plan(resolved_with(), {work.instance_type: price}, None)
    plan = with_rough_estimates(with_estimates(plan, [work], []), [work])
    return plan, plan.estimates[0]


def test_the_time_follows_from_operations_and_a_quarter_of_the_published_peak() -> None:
    plan, found = estimated(workload())

    # 3 passes of train and one of validation in each epoch, one of test; 2 operations each.
    passes = 200 * (2 * (3 * 25_000 + 2_500) + 10_000)
    seconds = 2 * 100e6 * passes / (70e12 / 4)
    assert found.seconds == pytest.approx(180 + seconds)
    assert found.usd == pytest.approx(found.seconds / 3600 * 1.5)
    assert found.is_rough
    assert found.basis == (
        "Rough: from 100 million parameters, at a quarter of the 70 TFLOP/s of one A10G."
    )
    assert (plan.estimated_seconds, plan.estimated_usd) == (found.seconds, found.usd)


def test_a_small_model_takes_as_long_as_its_steps() -> None:
    _, found = estimated(workload(num_parameters=4_000_000))
    assert found.seconds == pytest.approx(180 + 50_000 / 32 * 0.05)


def test_what_is_assumed_is_said() -> None:
    _, found = estimated(workload(num_parameters=None, tokens_per_row=None))
    assert "110 million parameters, as its name lets expect" in found.basis
    assert found.basis.endswith("Assumes 256 tokens in each text.")


@pytest.mark.parametrize("method", ["tfidf", "majority", "static"])
def test_linear_models_take_hardly_more_than_the_start_of_a_job(method: str) -> None:
    _, found = estimated(workload(method=method, instance_type="ml.m5.xlarge"))
    assert found.seconds is not None and 180 < found.seconds < 600


@pytest.mark.parametrize(
    "unknown", [{"instance_type": "ml.trn1.2xlarge"}, {"rows": None}, {"is_failed": True}]
)
def test_where_even_that_is_not_known_the_reason_stays(unknown: dict[str, object]) -> None:
    _, found = estimated(workload(**unknown))
    assert not found.is_rough and not found.seconds
    assert found.basis


def test_without_a_price_there_is_a_time_and_no_cost() -> None:
    plan, found = estimated(workload(), price=None)
    assert found.seconds and found.usd is None and plan.estimated_usd is None


@pytest.mark.parametrize(
    ("model", "millions"),
    [
        ("HuggingFaceTB/SmolLM2-135M-Instruct", 135),
        ("Qwen/Qwen3-0.6B", 600),
        ("sentence-transformers/all-MiniLM-L6-v2", 23),
        ("microsoft/MiniLM-L12-H384-uncased", 33),
        ("distilbert-base-uncased", 66),
        ("intfloat/e5-small-v2", 33),
        ("FacebookAI/roberta-large", 335),
        ("./models/all-mpnet-base-v2/", 110),
        ("google/bert_uncased_L-2_H-128_A-2", 110),
        ("a/model-of-2024-05b1", 110),
    ],
)
def test_a_name_tells_the_usual_size(model: str, millions: float) -> None:
    assert usual_parameters(model) == pytest.approx(millions * 1e6)


@pytest.mark.parametrize(
    ("instance", "faster"),
    [
        ("ml.g4dn.xlarge", "ml.g5.xlarge"),
        ("ml.g5.xlarge", "ml.g6.xlarge"),
        ("ml.g6.xlarge", "ml.p5.48xlarge"),
        ("ml.m5.xlarge", "ml.m5.2xlarge"),
        ("ml.m5.24xlarge", "ml.g4dn.xlarge"),
    ],
)
def test_instances_are_as_fast_as_their_kind(instance: str, faster: str) -> None:
    slow, fast = rough_speed(instance), rough_speed(faster)
    assert slow is not None and fast is not None and slow[0] < fast[0]


def test_this_machine_is_as_fast_as_a_core_and_starts_jobs_at_once() -> None:
    _, found = estimated(workload(instance_type="local", epochs=1), price=None)

    passes = 200 * (3 * 25_000 + 2_500 + 10_000)
    assert found.seconds == pytest.approx(15 + 2 * 100e6 * passes / 130e9)


def test_a_larger_instance_of_one_gpu_family_trains_on_one_of_its_gpus() -> None:
    assert rough_speed("ml.g5.xlarge") == rough_speed("ml.g5.48xlarge")


@pytest.mark.parametrize("instance", ["", "laptop", "ml.inf2.xlarge", "ml.g5", "ml.g5.metal"])
def test_of_other_instances_nothing_is_known(instance: str) -> None:
    assert rough_speed(instance) is None
