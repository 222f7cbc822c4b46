"""The order in which rows are computed."""

import numpy as np

from training_data.row_order import longest_first


def test_the_longest_rows_are_first_and_equal_ones_in_their_order():
    assert longest_first(np.array([3, 9, 3, 5])).tolist() == [1, 3, 0, 2]
