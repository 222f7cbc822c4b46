"""The jobs that screen models."""

import pytest

from bakeoff.jobs.plan import plan_wave, plannable_dataset
from bakeoff.jobs.wave import Wave
from tests.support.planned_jobs import create_requests
from tests.support.run_samples import (
    manifest_for,
    resolved_with,
    settings_with,
)
from tests.support.service_model import violations


def screening_of(num_models, settings=None, **dataset):
    """The plan of a screening of so many models in one job."""
    settings = settings or settings_with()
    resolved = resolved_with(settings, models=[f"owner/m{number}" for number in range(num_models)])
    manifest = manifest_for(resolved, **dataset)
    shard = tuple(candidate.candidate for candidate in resolved.candidates)
    wave = Wave(1, "screening", shards=(shard,), places=1)
    return plan_wave(resolved, manifest, plannable_dataset(resolved, manifest), settings, wave)


@pytest.mark.parametrize("spot", ["true", "false"])
def test_a_screening_job_is_one_that_sagemaker_takes(spot):
    plan = screening_of(8, settings_with(use_spot=spot))
    (item,) = plan.items
    (request,) = create_requests(plan)

    assert violations("CreateTrainingJob", request) == []
    assert (item.item, item.candidate, item.stage) == ("screening-1", "screening-1", "screening")
    assert request["HyperParameters"]["sagemaker_program"] == "screen.py"
    assert plan.trials == {}


def test_a_screening_job_gets_the_rows_and_each_model_in_a_channel_of_its_own():
    plan = screening_of(2)
    (config,) = plan.configs.values()
    uris = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in plan.items[0].training_job["InputDataConfig"]
    }

    assert uris["dataset"].endswith("cache/datasets/ffff/")
    assert uris["config"].endswith("configs/screening-1/")
    for model in config.models:
        assert uris[model.model_channel].endswith(f"cache/models/{model.candidate}/")
        assert model.recipe is None


def test_models_that_are_screened_by_training_get_their_recipe():
    plan = screening_of(2, text_columns=["one", "two"])
    (config,) = plan.configs.values()

    assert all(model.recipe.learning_rate == model.learning_rate for model in config.models)


def test_a_screening_jobs_volume_holds_all_its_models():
    small, large = (
        screening_of(8, settings_with(training_volume_gb=size)).items[0] for size in ("21", "90")
    )

    sizes = [item.training_job["ResourceConfig"]["VolumeSizeInGB"] for item in (small, large)]
    assert sizes == [23, 90]
    assert small.fallbacks[0]["ResourceConfig"]["VolumeSizeInGB"] == 23
