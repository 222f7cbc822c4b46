import json

import pytest

from bakeoff import layout
from bakeoff.errors import DocumentError
from bakeoff.jobs.job_config import TrainingPart
from bakeoff.jobs.plan import MAX_TRIALS, plan_wave, plannable_dataset, without_experiment
from bakeoff.jobs.recipe import MAX_EPOCHS
from bakeoff.jobs.wave import Training, Wave
from bakeoff.prepared.manifest import Manifest
from tests.support.planned_jobs import create_requests
from tests.support.run_samples import (
    RUN,
    manifest_for,
    plan_of,
    planned,
    resolved_with,
    settings_with,
)
from tests.support.service_model import violations

# A state's payload and a Distributed Map's item may have this much.
MAX_ITEM_BYTES = 262_144


def only_job(settings=None, **changes):
    plan = planned(resolved_with(settings, **({"models": ["m"]} | changes)), settings)
    return plan.items[0].training_job


def test_each_candidate_is_trained_once_with_each_seed():
    plan = planned(resolved_with(seeds=[7, 8]))
    assert [(item.candidate.rsplit("-", 1)[0], item.seed) for item in plan.items] == [
        ("distilbert-base-uncased", 7),
        ("distilbert-base-uncased", 8),
        ("distilroberta-base", 7),
        ("distilroberta-base", 8),
    ]
    assert len({item.item for item in plan.items}) == 4
    assert len({item.base_job_name for item in plan.items}) == 4


@pytest.mark.parametrize("spot", ["true", "false"])
def test_every_request_is_one_that_sagemaker_takes(spot):
    settings = settings_with(use_spot=spot, subnet_ids="subnet-1", security_group_ids="sg-1")
    for request in create_requests(planned(resolved_with(settings), settings)):
        assert violations("CreateTrainingJob", request) == []


def test_the_largest_requests_are_ones_that_sagemaker_takes():
    long_uri = "s3://" + "b" * 63 + "/" + "k" * 1000
    long_revision = "r" * 128
    resolved = resolved_with(
        name="n" * 64,
        models=[long_uri, {"id": "o" * 47 + "/" + "m" * 48, "revision": long_revision}],
        seeds=[2**32 - 1],
        hyperparameters={"learning_rate": 1.2345678901234567e-05, "warmup_steps": 1_000_000},
    )
    plan = planned(resolved)
    for request, item in zip(create_requests(plan), plan.items, strict=True):
        assert violations("CreateTrainingJob", request) == []
        assert len(request["HyperParameters"]) <= 100
        assert all(len(value) <= 2500 for value in request["HyperParameters"].values())
        assert all(len(value) <= 512 for value in request["Environment"].values())
        assert len(item.to_json()) < MAX_ITEM_BYTES / 10


def test_a_request_that_breaks_the_service_model_is_found_out():
    """The check itself: it sees lengths, patterns, choices, ranges and unknown members."""
    (request, _) = create_requests(planned(resolved_with()))
    resources = request["ResourceConfig"]
    for change in (
        {"TrainingJobName": "a_b"},
        {"TrainingJobName": "x" * 64},
        {"Unknown": 1},
        {"HyperParameters": {"x": "y" * 2501}},
        {"ResourceConfig": resources | {"InstanceType": "ml.nothing.xlarge"}},
        {"StoppingCondition": {"MaxRuntimeInSeconds": 0}},
        {"RoleArn": "role"},
    ):
        assert violations("CreateTrainingJob", request | change), change


def test_the_toolkit_finds_its_program_in_the_code_channel():
    job = only_job()
    assert job["HyperParameters"]["sagemaker_program"] == "train.py"
    assert (
        job["HyperParameters"]["sagemaker_submit_directory"]
        == "/opt/ml/input/data/code/sourcedir.tar.gz"
    )
    assert job["HyperParameters"]["sagemaker_region"] == "eu-central-1"
    assert layout.code_archive_key(RUN) == layout.code_prefix(RUN) + "sourcedir.tar.gz"


def test_hyperparameters_are_texts_that_people_can_read():
    values = only_job(hyperparameters={"learning_rate": 5e-5, "epochs": 3})["HyperParameters"]
    assert (values["model_name"], values["seed"], values["epochs"]) == ("m", "42", "3")
    assert float(values["learning_rate"]) == 5e-5
    assert values["max_length"] == "512"
    assert "warmup_steps" not in values


def test_channels_hold_one_candidates_data_alone():
    plan = planned(resolved_with())
    for item in plan.items:
        uris = {
            channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
            for channel in item.training_job["InputDataConfig"]
        }
        run, candidate = f"s3://bakeoff-bucket/runs/{RUN}", item.candidate
        assert uris == {
            "code": f"{run}/code/",
            "config": f"{run}/configs/{item.item}/",
            "sample": "s3://bakeoff-bucket/cache/datasets/ffff/sample/",
            "tokenised": f"s3://bakeoff-bucket/cache/tokenised/{candidate}/",
            "model": f"s3://bakeoff-bucket/cache/models/{candidate}/",
        }


def test_jobs_have_no_network_and_checkpoints_that_belong_to_the_item():
    plan = planned(resolved_with(seeds=[1, 2]))
    for item in plan.items:
        job = item.training_job
        assert job["EnableNetworkIsolation"] is True
        assert job["CheckpointConfig"] == {
            "S3Uri": f"s3://bakeoff-bucket/runs/{RUN}/checkpoints/{item.item}/",
            "LocalPath": "/opt/ml/checkpoints",
        }
        assert "TrainingJobName" not in job


def test_jobs_run_in_the_vpc_if_there_is_one():
    assert "VpcConfig" not in only_job()
    job = only_job(settings_with(subnet_ids="subnet-1", security_group_ids="sg-1"))
    assert job["VpcConfig"] == {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}


def test_only_spot_jobs_have_a_maximum_wait():
    assert only_job()["StoppingCondition"] == {
        "MaxRuntimeInSeconds": 14400,
        "MaxWaitTimeInSeconds": 28800,
    }
    on_demand = only_job(settings_with(use_spot="false"))
    assert on_demand["EnableManagedSpotTraining"] is False
    assert on_demand["StoppingCondition"] == {"MaxRuntimeInSeconds": 14400}


def test_jobs_are_attached_to_the_trial_of_their_candidate():
    plan = planned(resolved_with(seeds=[1, 2]))
    assert plan.experiment == f"imdb-{RUN}"
    assert len(plan.trials) == 2
    for item in plan.items:
        assert item.training_job["ExperimentConfig"] == {
            "ExperimentName": plan.experiment,
            "TrialName": plan.trials[item.candidate],
            "TrialComponentDisplayName": "Training",
        }


def test_candidates_beyond_what_an_experiment_takes_are_trained_untracked():
    models = [f"m{number}" for number in range(MAX_TRIALS + 1)]
    plan = planned(resolved_with(models=models))
    tracked = ["ExperimentConfig" in item.training_job for item in plan.items]
    assert tracked == [True] * MAX_TRIALS + [False]
    assert len(plan.trials) == MAX_TRIALS


def test_jobs_can_be_planned_without_experiment_tracking():
    plan = planned(resolved_with())
    untracked = without_experiment(plan)
    assert untracked.trials == {}
    assert untracked.configs == plan.configs
    for before, after in zip(plan.items, untracked.items, strict=True):
        assert "ExperimentConfig" in before.training_job
        expected = dict(before.training_job)
        del expected["ExperimentConfig"]
        assert after == before.model_copy(update={"training_job": expected})


def test_the_configuration_has_everything_that_the_script_needs():
    resolved = resolved_with(models=["m"], seeds=[7], main_metric="loss")
    plan = planned(resolved)
    (item,) = plan.items
    assert {key: json.loads(config.to_json()) for key, config in plan.configs.items()} == {
        item.item: {
            "schema_version": 3,
            "run": RUN,
            "item": item.item,
            "candidate": item.candidate,
            "model": "m",
            "model_revision": "0" * 40,
            "seed": 7,
            "method": "full",
            "task": "binary",
            "labels": ["neg", "pos"],
            "positive_label": "pos",
            "is_pair": False,
            "main_metric": "loss",
            "higher_is_better": False,
            "max_length": 512,
            "hyperparameters": resolved.candidates[0].hyperparameters.model_dump()
            | {
                "epochs": 2,
                "train_batch_size": 32,
                "learning_rate": 5e-5,
                "early_stopping_patience": 2,
            },
            "learning_rates": [5e-05],
            "trial_share": 1.0,
            "stop_share": 1.0,
            "stage": "final",
            "num_train_rows": None,
            "dataset": {
                "id": "stanfordnlp/imdb",
                "revision": "e" * 40,
                "fingerprint": "f" * 64,
                "rows": {"train": 22500, "validation": 2500, "test": 10000},
            },
            "target_metric": None,
            "target_value": None,
            "most_input_tokens": None,
            "most_output_tokens": None,
            "instruction": None,
            "label_descriptions": {},
        }
    }


def test_models_that_failed_in_preparation_have_no_job():
    plan = planned(resolved_with(), failed=["distilroberta-base"])
    assert [item.training_job["HyperParameters"]["model_name"] for item in plan.items] == [
        "distilbert-base-uncased"
    ]
    assert len(plan.trials) == len(plan.configs) == 1


def test_models_that_the_manifest_does_not_know_have_no_job():
    resolved = resolved_with()
    manifest = manifest_for(resolved)
    manifest = manifest.model_copy(update={"models": manifest.models[:1]})
    assert len(plan_of(resolved, manifest, settings_with()).items) == 1


def test_there_is_no_plan_without_data():
    rejected = Manifest(schema_version=2, status="rejected")
    with pytest.raises(DocumentError, match=RUN):
        plan_of(resolved_with(), rejected, settings_with())


def test_requests_for_every_method_are_ones_that_sagemaker_takes():
    others = [{"id": "m", "method": each} for each in ("frozen", "lora", "prompt", "static")]
    for task in ("binary", "multilabel", "regression"):
        plan = planned(resolved_with(models=["m", *others], baselines=True), task=task)
        assert len(plan.items) == 7
        for request in create_requests(plan):
            assert violations("CreateTrainingJob", request) == []


def test_deterministic_methods_are_trained_once():
    models = ["m", *({"id": "m", "method": method} for method in ("frozen", "static", "lora"))]
    plan = planned(resolved_with(models=models, seeds=[7, 8], baselines=True))
    trained = [(plan.configs[item.item].method, item.seed) for item in plan.items]
    assert trained == [
        ("full", 7),
        ("full", 8),
        ("frozen", 7),
        ("static", 7),
        ("lora", 7),
        ("lora", 8),
        ("majority", 7),
        ("tfidf", 7),
    ]


def test_people_see_the_hyperparameters_that_a_method_uses():
    models = ["m", {"id": "m", "method": "frozen"}, {"id": "m", "method": "lora"}]
    plan = planned(resolved_with(models=models, baselines=True))
    shown = {
        plan.configs[item.item].method: set(item.training_job["HyperParameters"])
        for item in plan.items
    }
    assert "learning_rate" in shown["full"] and "lora_rank" not in shown["full"]
    assert {"learning_rate", "lora_rank"} <= shown["lora"]
    assert "learning_rate" not in shown["frozen"] | shown["tfidf"]
    assert "max_length" in shown["frozen"]


def test_a_part_of_the_rows_is_an_item_of_its_own_that_resumes_from_no_other():
    resolved = resolved_with(models=["m"])
    manifest = manifest_for(resolved)
    dataset = plannable_dataset(resolved, manifest)
    candidate = resolved.candidates[0].candidate
    part = TrainingPart([2e-5], stage="curve", num_train_rows=100)
    training = Training(candidate, 42, part, train_percent=25)

    plan = plan_wave(
        resolved, manifest, dataset, settings_with(), Wave(2, "curve", [training]), [candidate]
    )

    (item,) = plan.items
    assert (item.item, item.stage) == (f"{candidate}-s42-p25", "curve")
    assert "-s42-p25-" in item.base_job_name
    assert item.training_job["CheckpointConfig"]["S3Uri"].endswith(f"/checkpoints/{item.item}/")
    shown = item.training_job["ExperimentConfig"]["TrialComponentDisplayName"]
    assert shown == "Training-on-25-percent"
    assert violations("CreateTrainingJob", create_requests(plan)[0]) == []
    config = plan.configs[item.item]
    assert (config.num_train_rows, config.stage, config.learning_rates) == (100, "curve", [2e-5])
    # A hundred rows, not those of the data set: the most epochs.
    assert config.hyperparameters.epochs == MAX_EPOCHS


def test_planning_is_a_pure_function():
    resolved = resolved_with(seeds=[1, 2])
    assert planned(resolved) == planned(resolved)


def test_items_carry_what_the_state_machine_reads():
    (item,) = planned(resolved_with(models=["m"])).items
    assert set(json.loads(item.to_json())) == {
        "item",
        "candidate",
        "seed",
        "run",
        "bucket",
        "result_key",
        "stage",
        "wave",
        "base_job_name",
        "training_job",
        "fallbacks",
        "max_quota_attempts",
        "max_throttled_attempts",
        "max_failed_attempts",
        "max_internal_errors",
    }
    assert item.result_key == f"runs/{RUN}/results/{item.item}.json"


def test_only_instances_on_demand_are_kept_for_the_next_job():
    spot = only_job(settings_with(keep_alive_seconds="600"))
    on_demand = only_job(settings_with(keep_alive_seconds="600", use_spot="false"))

    assert "KeepAlivePeriodInSeconds" not in spot["ResourceConfig"]
    assert on_demand["ResourceConfig"]["KeepAlivePeriodInSeconds"] == 600
    assert violations("CreateTrainingJob", on_demand | {"TrainingJobName": "x"}) == []
    assert "KeepAlivePeriodInSeconds" not in only_job()["ResourceConfig"]
