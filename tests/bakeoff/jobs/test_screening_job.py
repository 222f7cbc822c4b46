"""What a screening job does with each of its models."""

import pytest

from bakeoff.jobs.screening_job import screening_job_config
from tests.support.run_samples import manifest_for, resolved_with


def config_of(*, train_rows, hyperparameters, **dataset):
    resolved = resolved_with(hyperparameters=hyperparameters)
    rows = {"train": train_rows, "validation": 100, "test": 100}
    manifest = manifest_for(resolved, rows=rows, **dataset)
    models = [(each, manifest.model(each.candidate)) for each in resolved.candidates[:2]]
    return screening_job_config(resolved, manifest.dataset, "screening-1", models)


@pytest.mark.parametrize(
    ("train_rows", "epochs", "steps"), [(16_000, 2, 100), (1_600, 8, 100), (480, 5, 19), (16, 1, 1)]
)
def test_a_short_training_is_at_most_an_eighth_of_the_whole(train_rows, epochs, steps):
    hyperparameters = {"epochs": epochs, "train_batch_size": 16}
    config = config_of(
        train_rows=train_rows, hyperparameters=hyperparameters, task="regression", labels=[]
    )

    assert [model.steps for model in config.models] == [steps, steps]


def test_models_that_are_scored_by_features_take_no_steps():
    config = config_of(train_rows=480, hyperparameters={"epochs": 5})

    assert [(model.steps, model.recipe) for model in config.models] == [(None, None)] * 2
