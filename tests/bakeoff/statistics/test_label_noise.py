import numpy as np
import pytest

from bakeoff.statistics.label_noise import LabelNoise
from tests.support.labelled_rows import judged


def noise(**rows):
    found = judged(**rows)
    return LabelNoise.of(found.probabilities, found.labels)


def test_the_surest_tenth_of_the_rows_is_looked_at():
    found = noise(num_rows=400, num_wrong=20)

    assert (found.rows, found.disagreeing, found.sure_rows) == (400, 20, 40)


@pytest.mark.parametrize("num_wrong", [0, 10])
def test_few_wrong_labels_are_not_many(num_wrong):
    assert not noise(num_rows=1000, num_wrong=num_wrong).is_high


def test_wrong_labels_at_random_are_many():
    assert noise(num_rows=2000, num_wrong=200).is_high


def test_hard_rows_are_no_wrong_labels():
    """The model errs on a quarter of the rows, where it is not sure."""
    found = noise(num_rows=2000, num_wrong=0, num_hard=500)

    assert found.disagreeing == 500
    assert not found.is_high


def test_few_rows_prove_nothing():
    assert not noise(num_rows=60, num_wrong=6).is_high


def test_a_model_that_knows_nothing_accuses_nobody():
    chance = np.random.default_rng(1)
    of_one = chance.uniform(0, 1, 2000)
    labels = chance.integers(0, 2, 2000)

    assert not LabelNoise.of(np.column_stack([1 - of_one, of_one]), labels).is_high
