import json
import threading

import pytest

from bakeoff import layout
from bakeoff.cost.cost_plan import CostPlan
from bakeoff.cost.past_runs import MAX_PAST_RUN_BYTES
from bakeoff.errors import StorageError
from lambdas.plan_wave import plan
from tests.lambdas.conftest import put_request, read_in
from tests.support.fake_experiments import FakeExperiments
from tests.support.fake_store import FakeStore
from tests.support.manifests import manifest_of


@pytest.fixture
def world(store, code, settings, s3_event):
    """A run up to its preparation; call it to have it planned."""

    def make(sagemaker=None, request=None, changed=None, **outcome):
        if request is not None:
            put_request(store, s3_event(), request)
        run = read_in(store, code, settings, s3_event())["run"]
        resolved = json.loads(store.objects[layout.resolved_request_key(run)])
        manifest = manifest_of(resolved, **outcome)
        store.objects[layout.manifest_key(run)] = json.dumps(manifest).encode()
        payload = {"run": run, "wave": 1}
        chosen = settings.model_copy(update=changed or {})
        return plan(payload, store, sagemaker or FakeExperiments(), chosen)

    return make


def test_each_candidate_and_seed_becomes_a_job_with_its_configuration(world, store):
    answer = world(
        request={
            "dataset": "stanfordnlp/imdb",
            "models": ["a/one", "b/two"],
            "seeds": [1, 2],
            "hyperparameters": {"learning_rate": 5e-5},
        }
    )
    assert answer["status"] == "planned"
    assert answer["num_jobs"] == 6
    assert answer["max_parallel_jobs"] == 2
    items = json.loads(store.objects[answer["plan_key"]])
    # The two baselines, which involve no chance, come with the first seed alone.
    assert [item["seed"] for item in items] == [1, 2, 1, 2, 1, 1]
    for item in items:
        config = json.loads(store.objects[layout.config_key(answer["run"], item["item"])])
        assert (config["item"], config["seed"]) == (item["item"], item["seed"])
        assert "TrainingJobName" not in item["training_job"]


def test_experiment_and_trials_exist_before_any_job_names_them(world, store):
    sagemaker = FakeExperiments()
    items = json.loads(store.objects[world(sagemaker)["plan_key"]])
    named = [item["training_job"]["ExperimentConfig"] for item in items]
    assert {config["ExperimentName"] for config in named} == set(sagemaker.experiments)
    assert {config["TrialName"] for config in named} == set(sagemaker.trials)
    assert len(sagemaker.trials) == 2


def test_a_deployment_without_experiments_opens_none(world, store):
    sagemaker = FakeExperiments()
    items = json.loads(
        store.objects[world(sagemaker, changed={"use_experiments": False})["plan_key"]]
    )
    assert all("ExperimentConfig" not in item["training_job"] for item in items)
    assert not sagemaker.experiments


def test_a_refusal_of_experiments_costs_the_tracking_and_not_the_run(world, store):
    answer = world(FakeExperiments(refuse=True))
    items = json.loads(store.objects[answer["plan_key"]])
    assert len(items) == 2
    assert all("ExperimentConfig" not in item["training_job"] for item in items)


def test_a_model_that_failed_in_preparation_starts_no_job(world, store):
    answer = world(failed=("distilroberta-base",))
    assert answer["num_jobs"] == 1
    (item,) = json.loads(store.objects[answer["plan_key"]])
    assert item["candidate"].startswith("distilbert-base-uncased")


def test_no_usable_model_is_a_plan_of_no_jobs_and_no_experiment(world, store):
    sagemaker = FakeExperiments()
    answer = world(sagemaker, failed=("distilroberta-base", "distilbert-base-uncased"))
    assert answer["num_jobs"] == 0
    assert json.loads(store.objects[answer["plan_key"]]) == []
    assert sagemaker.experiments == []


def test_bad_data_is_rejected_with_the_problems_that_preparation_found(world, store):
    problem = {"field": "label", "problem": "one class only", "remedy": "give two"}
    answer = world(problems=[problem])
    assert answer["status"] == "rejected"
    assert answer["problems"] == [problem]
    assert not any(key.endswith("plan.json") for key in store.objects)


def test_a_metric_that_the_inferred_task_does_not_have_is_a_rejected_request(world, store):
    request = {"dataset": "stanfordnlp/imdb", "models": ["m"], "main_metric": "rmse"}
    answer = world(request=request)
    assert (answer["status"], answer["name"]) == ("rejected", "imdb")
    (problem,) = answer["problems"]
    assert problem["field"] == "main_metric"
    assert "accuracy" in problem["remedy"]
    assert not any(key.endswith("plan.json") for key in store.objects)


class SlowStore(FakeStore):
    """Puts a configuration only once another one is being put as well."""

    def __init__(self, together):
        super().__init__()
        self._together = threading.Barrier(together, timeout=30)

    def put(self, key, content, content_type="application/json"):
        if "/configs/" in key:
            self._together.wait()
        super().put(key, content, content_type)


def test_configurations_are_written_at_the_same_time():
    store = SlowStore(together=4)
    store.put_all({f"runs/r/configs/{number}/config.json": b"{}" for number in range(8)})
    assert len(store.objects) == 8


class FullStore(FakeStore):
    """Takes all but the configuration of one item."""

    def put(self, key, content, content_type="application/json"):
        if key.endswith("/3/config.json"):
            raise StorageError("S3 refused PutObject")
        super().put(key, content, content_type)


def test_one_configuration_that_cannot_be_written_is_not_passed_over():
    with pytest.raises(StorageError):
        FullStore().put_all({f"runs/r/configs/{number}/config.json": b"" for number in range(5)})


def test_planning_again_gives_the_same_plan(world, store):
    key = world()["plan_key"]
    first = store.objects[key]
    world()
    assert store.objects[key] == first


def a_past_run(**changes):
    job = {
        "instance_type": "ml.g5.xlarge",
        "device": "NVIDIA A10G",
        "model": "distilbert-base-uncased",
        "method": "full",
        "num_parameters": 66_955_010,
        "tokens_per_row": 100.0,
        "epochs": 2,
        "work_seconds": 600.0,
        "fixed_seconds": 300.0,
        "billable_share": 1.0,
    }
    rows = {"train": 22500, "validation": 2500, "test": 10000}
    run = {"run": "0" * 16, "dataset": "stanfordnlp/imdb", "rows": rows, "jobs": [job]}
    return json.dumps(run | {"max_train_rows": None, "max_test_rows": None} | changes).encode()


def estimate_in(world, store):
    """The cost plan of a run of two models whose texts have 100 tokens."""
    lengths = {"tokens": {"mean": 100.0, "p100": 100.0}}
    run = world()["run"]
    resolved = json.loads(store.objects[layout.resolved_request_key(run)])
    models = {
        candidate["candidate"]: {"max_length": 512, "splits": {"train": lengths}}
        for candidate in resolved["candidates"]
    }
    store.put(layout.data_card_key(run), json.dumps({"models": models}).encode())
    world()
    return CostPlan.from_json(store.objects[layout.cost_plan_key(run)])


def test_past_runs_give_the_expected_duration_of_the_jobs(world, store):
    store.put(layout.past_run_key("0" * 16), a_past_run())
    plan = estimate_in(world, store)
    assert [each.basis.split(" on ")[0] for each in plan.estimates] == [
        "From 1 past job of the same model with the method full",
        "From 1 past job of other models with the method full",
    ]
    assert plan.estimated_seconds == sum(each.seconds for each in plan.estimates)
    assert plan.num_jobs == 2


def test_past_runs_that_cannot_be_read_are_left_out(world, store):
    store.put(layout.past_run_key("1" * 16), b"{")
    store.put(layout.past_run_key("2" * 16), a_past_run(padding="x" * MAX_PAST_RUN_BYTES))
    assert estimate_in(world, store).estimated_seconds is None
    store.put(layout.past_run_key("0" * 16), a_past_run())
    assert estimate_in(world, store).estimated_seconds is not None


@pytest.mark.parametrize("broken", [b"{", b"{}", None])
def test_without_a_cost_plan_the_run_goes_on(world, store, broken, monkeypatch):
    find = store.find
    monkeypatch.setattr(
        store, "find", lambda key: broken if key.endswith("/cost.json") else find(key)
    )
    assert world()["status"] == "planned"


def test_without_a_listing_of_past_runs_a_run_starts_without_an_estimate(world, store, monkeypatch):
    def refuse(prefix, limit):
        raise StorageError("S3 refused ListObjectsV2")

    monkeypatch.setattr(store, "newest_keys", refuse)
    assert world()["status"] == "planned"
