"""The jobs of methods that use a model as it is: frozen, prompt, static and zeroshot."""

import pytest

from bakeoff.prepared.manifest import Manifest
from tests.support.run_samples import (
    RUN,
    manifest_for,
    plan_of,
    planned,
    resolved_with,
    settings_with,
)


def frozen_job(settings=None, manifest_changes=None, method="frozen", **changes):
    resolved = resolved_with(settings, **({"models": [{"id": "m", "method": method}]} | changes))
    manifest = manifest_for(resolved).model_dump()
    for member, value in (manifest_changes or {}).items():
        place = manifest["dataset"] if member == "prefix" else manifest["models"][0]
        place[member] = value
    manifest = Manifest.model_validate(manifest)
    return plan_of(resolved, manifest, settings or settings_with()).items[0].training_job


def channels_of(job):
    return {channel["ChannelName"] for channel in job["InputDataConfig"]}


def vectors_of(job):
    return job["CheckpointConfig"]["S3Uri"]


@pytest.mark.parametrize("method", ["frozen", "zeroshot"])
def test_a_frozen_model_gets_texts_and_keeps_their_vectors_where_other_runs_find_them(method):
    job = frozen_job(method=method)
    assert channels_of(job) == {"code", "config", "sample", "dataset", "model"}
    assert vectors_of(job).startswith("s3://bakeoff-bucket/cache/vectors/")
    assert vectors_of(job).endswith("/")
    assert RUN not in vectors_of(job)
    assert vectors_of(frozen_job(method=method, name="another", seeds=[9])) == vectors_of(job)


@pytest.mark.parametrize("method", ["prompt", "static"])
def test_a_method_that_keeps_no_vectors_has_checkpoints_of_its_own(method):
    assert RUN in vectors_of(frozen_job(method=method))


@pytest.mark.parametrize(
    "change",
    [
        {"snapshot_prefix": "cache/models/1111/"},
        {"prefix": "cache/datasets/eeee/"},
        {"max_length": 128},
    ],
)
def test_vectors_of_another_model_of_other_rows_or_other_lengths_are_kept_elsewhere(change):
    assert vectors_of(frozen_job(manifest_changes=change)) != vectors_of(frozen_job())


def test_a_language_model_gets_texts_and_what_it_is_asked():
    models = [{"id": "m", "method": "prompt"}, {"id": "m", "method": "frozen"}]
    plan = planned(resolved_with(models=models, prompt={"instruction": "Is it spam?"}, seeds=3))
    configs = {config.method: config for config in plan.configs.values()}
    assert configs["prompt"].instruction == "Is it spam?"
    assert configs["frozen"].instruction is None
    channels = {item.item: channels_of(item.training_job) for item in plan.items}
    assert "dataset" in channels[configs["prompt"].item]
    assert len(plan.items) == 2


def test_vectors_of_another_image_are_kept_elsewhere():
    settings = settings_with(training_image="repository/image:another")
    assert vectors_of(frozen_job(settings)) != vectors_of(frozen_job())


def test_a_static_model_gets_texts_on_the_baselines_machine_and_no_vectors_of_other_jobs():
    job = frozen_job(models=[{"id": "m", "method": "static"}])
    assert channels_of(job) == {"code", "config", "sample", "dataset", "model"}
    assert vectors_of(job).startswith(f"s3://bakeoff-bucket/runs/{RUN}/checkpoints/")
    assert job["ResourceConfig"]["InstanceType"] == "ml.m5.xlarge"
    assert job["EnableManagedSpotTraining"] is False
    shown = job["HyperParameters"]
    assert "max_length" in shown
    assert not {"eval_batch_size", "learning_rate", "epochs"} & {*shown}
