"""The configuration of a screening job."""

import pytest

from bakeoff.jobs.screening_config import ScreenedModel, model_channel, screening_config
from tests.support.run_samples import manifest_for, resolved_with


def config_of(**dataset):
    resolved = resolved_with()
    prepared = manifest_for(resolved, **dataset).dataset
    models = [
        ScreenedModel(
            candidate=candidate.candidate,
            method="full",
            model_channel=model_channel(index),
            max_length=512,
            recipe=None,
            learning_rate=None,
            steps=None,
        )
        for index, candidate in enumerate(resolved.candidates)
    ]
    return screening_config(resolved, prepared, "screening-1", models)


def test_it_names_the_task_the_rows_and_a_channel_for_each_model():
    config = config_of()

    assert (config.item, config.task, config.main_metric) == ("screening-1", "binary", "f1")
    assert (config.seed, config.max_rows, config.max_length) == (42, 1000, 128)
    assert [model.model_channel for model in config.models] == ["model-0", "model-1"]


@pytest.mark.parametrize(
    ("dataset", "kind"),
    [
        ({}, "features"),
        ({"task": "multilabel", "labels": ["a", "b"]}, "features"),
        ({"task": "regression", "labels": []}, "short_training"),
        ({"text_columns": ["premise", "hypothesis"]}, "short_training"),
    ],
)
def test_pairs_and_numbers_are_screened_by_a_short_training(dataset, kind):
    assert config_of(**dataset).kind == kind
