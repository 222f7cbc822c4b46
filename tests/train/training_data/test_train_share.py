"""Parts of the train rows: one within the other, with the same shares of labels and every label."""

import numpy as np
import pytest

from training_data.train_share import train_share, with_train_share

CLASSES = np.repeat([0, 1, 2, 3], [600, 300, 99, 1])
MANY_LABELS = np.zeros((400, 3), dtype=np.float32)
MANY_LABELS[:, 0] = 1
MANY_LABELS[::7, 1] = 1
MANY_LABELS[3, 2] = 1


def test_a_smaller_part_is_within_a_larger_one_and_has_the_wanted_number_of_rows():
    quarter, half = (train_share(CLASSES, number, 42) for number in (250, 500))

    assert (quarter.sum(), half.sum()) == (250, 500)
    assert half[quarter].all()


def test_a_part_has_each_class_in_proportion_and_every_class():
    quarter = train_share(CLASSES, 250, 42)

    counts = np.bincount(CLASSES[quarter])
    assert counts[3] == 1
    assert counts[:3] == pytest.approx([150, 75, 25], abs=1)


def test_every_label_of_several_is_kept_also_the_rarest():
    tenth = train_share(MANY_LABELS, 40, 42)

    assert tenth.sum() == 40
    assert MANY_LABELS[tenth].any(axis=0).all()


def test_numbers_are_drawn_from_their_whole_range():
    numbers = np.arange(1000, dtype=np.float64)

    quarter = numbers[train_share(numbers, 250, 42)]

    assert np.quantile(quarter, [0.25, 0.5, 0.75]) == pytest.approx([250, 500, 750], abs=40)


def test_the_seed_alone_decides_which_rows():
    again, other = train_share(CLASSES, 250, 42), train_share(CLASSES, 250, 43)

    assert (train_share(CLASSES, 250, 42) == again).all()
    assert (other != again).any()


def test_without_a_number_all_rows_stay_as_they_are():
    class Untouched:
        labels = CLASSES

    splits = {"train": Untouched(), "test": Untouched()}

    assert with_train_share(splits, None, 42) == splits
