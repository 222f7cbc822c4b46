"""The losses that are minimised, row by row, against numbers worked out by hand."""

import math

import numpy as np
import pytest
import torch

from fine_tuning.losses import balanced_weights, row_losses
from job.training_config import Recipe
from scoring.task import Task

BINARY = Task("binary", ("bad", "good"), 1)
LABELS = np.array([0, 0, 0, 1])
# Probabilities 3/4 and 1/4.
LOGITS = torch.tensor([[math.log(3.0), 0.0], [math.log(3.0), 0.0]])


def losses(task: Task, logits: torch.Tensor, labels: torch.Tensor, **recipe) -> list[float]:
    return row_losses(task, Recipe(**recipe), LABELS)(logits, labels).tolist()


def test_classes_cost_the_logarithm_of_their_probability():
    found = losses(BINARY, LOGITS, torch.tensor([0, 1]))
    assert found == pytest.approx([math.log(4 / 3), math.log(4)])


def test_smoothing_gives_every_class_its_share():
    found = losses(BINARY, LOGITS, torch.tensor([0, 1]), label_smoothing=0.2)
    right, wrong = math.log(4 / 3), math.log(4)
    assert found == pytest.approx([0.9 * right + 0.1 * wrong, 0.1 * right + 0.9 * wrong])


def test_balanced_classes_weigh_alike_together():
    # Three rows of four are of the first class: 4 / (2 * 3) and 4 / (2 * 1).
    found = losses(BINARY, LOGITS, torch.tensor([0, 1]), class_weights="balanced")
    assert found == pytest.approx([2 / 3 * math.log(4 / 3), 2 * math.log(4)])
    assert balanced_weights(LABELS, 2)[LABELS].mean() == pytest.approx(1)
    assert balanced_weights(LABELS, 3)[2] == 0


def test_each_label_of_several_costs_on_its_own():
    task = Task("multilabel", ("a", "b"), None)
    found = losses(task, torch.tensor([[0.0, math.log(3.0)]]), torch.tensor([[1.0, 0.0]]))
    assert found == pytest.approx([(math.log(2) + math.log(4)) / 2])


def test_a_number_costs_its_squared_error():
    task = Task("regression", (), None)
    found = losses(task, torch.tensor([[1.5], [0.0]]), torch.tensor([1.0, 2.0]))
    assert found == pytest.approx([0.25, 4.0])


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_losses_are_worked_out_in_full_precision(dtype):
    found = row_losses(BINARY, Recipe(), LABELS)(LOGITS.to(dtype), torch.tensor([0, 1]))
    assert found.dtype == torch.float32
