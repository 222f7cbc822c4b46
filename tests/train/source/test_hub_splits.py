"""Which of a data set's splits on the hub are read."""

import pytest

from source.data_problems import DataError
from source.hub_source import chosen_splits

OPEN = {"train": None, "validation": None, "test": None}


def problem_with(there, **options):
    with pytest.raises(DataError) as refusal:
        chosen_splits(OPEN, there, **options)
    (problem,) = refusal.value.problems
    return problem


def test_splits_are_found_by_their_usual_names():
    there = ["train", "dev", "test", "unsupervised"]
    expected = {"train": "train", "validation": "dev", "test": "test"}
    assert chosen_splits(OPEN, there, needs_train=True) == expected
    assert chosen_splits(OPEN | {"test": "dev"}, there, needs_train=True)["test"] == "dev"


def test_a_data_set_without_train_is_refused_with_its_splits():
    problem = problem_with(["dev", "test"], needs_train=True)
    assert problem.field == "dataset.train"
    assert "'dev', 'test'" in problem.remedy
    assert "zeroshot" in problem.remedy


def test_where_nothing_learns_a_split_test_will_do():
    assert chosen_splits(OPEN, ["test"], needs_train=False) == {"test": "test"}
    problem = problem_with(["dev"], needs_train=False)
    assert problem.field == "dataset.train"
    assert "zeroshot" not in problem.remedy
