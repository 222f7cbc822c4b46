import numpy as np

from bakeoff.statistics.exact_sums import ExactSums
from bakeoff.statistics.resampling import row_draws


def drawn(rows, resamples, seed, block=1000):
    return np.concatenate(list(row_draws(rows, resamples, seed, block)), axis=1)


def test_each_resample_has_as_many_rows_as_there_are():
    counts = drawn(40, 100, 1)

    assert counts.shape == (40, 100)
    assert (counts.sum(axis=0) == 40).all()
    assert (counts == np.round(counts)).all()
    # Each row is in a resample once on average, and not at all in 1/e of them.
    assert abs((counts == 0).mean() - np.exp(-1)) < 0.02


def test_the_draws_follow_from_the_seed_and_not_from_the_blocks():
    assert (drawn(40, 100, 1) == drawn(40, 100, 1, block=3)).all()
    assert (drawn(40, 100, 1) == drawn(40, 100, 1, block=1)).all()
    assert (drawn(40, 100, 1) != drawn(40, 100, 2)).any()


def test_sums_do_not_depend_on_the_order():
    chance = np.random.default_rng(0)
    numbers = chance.lognormal(0, 8, (3, 1000))
    counts = drawn(1000, 20, 0).astype(np.float64)
    order = chance.permutation(1000)

    there = ExactSums(numbers)(counts)
    other = ExactSums(numbers[:, order])(counts[order])

    assert (there == other).all()
    np.testing.assert_allclose(there, numbers @ counts, rtol=1e-12)


def test_sums_of_nothing_and_of_the_largest_numbers_are_right():
    numbers = np.array([[0.0, 0.0], [1e300, -1e300], [1e300, 1.0]])

    assert ExactSums(numbers)(np.ones((2, 1)))[:, 0].tolist() == [0.0, 0.0, 1e300]
