"""The jobs of baselines."""

from tests.support.run_samples import (
    planned,
    resolved_with,
)


def baseline_items(**changes):
    resolved = resolved_with(models=["m"], baselines=True, **changes)
    plan = planned(resolved)
    return {plan.configs[item.item].method: item for item in plan.items}, plan


def test_a_baseline_reads_the_rows_and_no_model():
    items, plan = baseline_items()
    for method in ("majority", "tfidf"):
        item = items[method]
        uris = {
            channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
            for channel in item.training_job["InputDataConfig"]
        }
        assert list(uris) == ["code", "config", "sample", "dataset"]
        assert uris["dataset"] == "s3://bakeoff-bucket/cache/datasets/ffff/"
        assert uris["sample"] == "s3://bakeoff-bucket/cache/datasets/ffff/sample/"
        config = plan.configs[item.item]
        assert config.model == f"baseline/{method}"
        assert (config.model_revision, config.max_length) == (None, None)


def test_baselines_run_on_a_cpu_without_spot_and_in_a_trial_of_their_own():
    items, plan = baseline_items()
    for method in ("majority", "tfidf"):
        job = items[method].training_job
        assert job["ResourceConfig"]["InstanceType"] == "ml.m5.xlarge"
        assert job["EnableManagedSpotTraining"] is False
        assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 14400}
        trial = plan.trials[items[method].candidate]
        assert job["ExperimentConfig"]["TrialName"] == trial
    assert items["full"].training_job["EnableManagedSpotTraining"] is True
    assert items["full"].training_job["ResourceConfig"]["InstanceType"] == "ml.g5.xlarge"


def test_baselines_have_a_machine_of_the_requests_choice():
    items, _ = baseline_items(compute={"baseline_instance_type": "ml.c5.xlarge"})
    assert items["tfidf"].training_job["ResourceConfig"]["InstanceType"] == "ml.c5.xlarge"
