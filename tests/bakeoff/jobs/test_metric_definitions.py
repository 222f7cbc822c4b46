import re

import pytest

from bakeoff.jobs.metric_definitions import all_metric_definitions, metric_definitions
from bakeoff.metrics import METRICS_OF, TASKS

VALIDATION = (
    "bakeoff split=validation epoch=1.0 train_loss=0.5123456789012345 loss=0.3435 "
    "accuracy=0.91 f1=0.92 precision=1.0 recall=1e-05"
)
TEST = "bakeoff split=test epoch=2 loss=1.25e+01 accuracy=0 f1=0.926 precision=.5 recall=1"


def found(line, definitions=None):
    """The metrics that SageMaker would find in the line, by default for a binary task."""
    matches = {
        definition["Name"]: re.search(definition["Regex"], line)
        for definition in definitions or metric_definitions("binary")
    }
    return {name: float(match[1]) for name, match in matches.items() if match}


def test_a_line_of_validation_gives_its_metrics_at_full_precision():
    assert found(VALIDATION) == {
        "train:loss": 0.5123456789012345,
        "validation:loss": 0.3435,
        "validation:accuracy": 0.91,
        "validation:f1": 0.92,
        "validation:precision": 1.0,
        "validation:recall": 1e-05,
        "validation:epoch": 1.0,
    }


def test_a_line_of_test_gives_its_own_metrics_only():
    assert found(TEST) == {
        "test:loss": 12.5,
        "test:accuracy": 0.0,
        "test:f1": 0.926,
        "test:precision": 0.5,
        "test:recall": 1.0,
    }


def test_training_loss_is_not_mistaken_for_loss():
    assert found("bakeoff split=validation epoch=1 train_loss=0.5") == {
        "train:loss": 0.5,
        "validation:epoch": 1.0,
    }
    assert found("bakeoff split=test loss=0.25") == {"test:loss": 0.25}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{'eval_loss': '0.3435', 'eval_f1': '0.9'}",
        "note: " + TEST,
        "bakeoff split=testing loss=1",
        "bakeoff split=test loss=nan",
        "loss=0.5 f1=0.9",
    ],
)
def test_other_lines_give_nothing(line):
    assert found(line) == {}


@pytest.mark.parametrize("task", TASKS)
def test_every_metric_of_a_task_is_found_and_not_confused_with_another(task):
    # Each name with a number of its own: one that ends like another must not get its number.
    scores = {name: index + 0.25 for index, name in enumerate(METRICS_OF[task])}
    logged = " ".join(f"{name}={value}" for name, value in scores.items())
    line = f"bakeoff split=test epoch=0 {logged}"
    expected = {f"test:{name}": value for name, value in scores.items()}
    assert found(line, metric_definitions(task)) == expected
    assert found(line, all_metric_definitions()) == expected


def test_negative_correlations_are_numbers():
    line = "bakeoff split=test epoch=2 loss=1.5 pearson=-0.25 spearman=-1e-05"
    values = found(line, metric_definitions("regression"))
    assert values == {"test:loss": 1.5, "test:pearson": -0.25, "test:spearman": -1e-05}


@pytest.mark.parametrize("task", TASKS)
def test_definitions_are_within_sagemakers_limits(task):
    definitions = metric_definitions(task)
    assert len(definitions) <= 40
    assert all(len(definition["Regex"]) <= 500 for definition in definitions)
