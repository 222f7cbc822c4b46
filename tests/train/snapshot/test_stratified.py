"""Draws of rows: exact numbers, every class, whatever the classes' sizes."""

import itertools

import numpy as np
import pytest

from snapshot.stratified import MOST_BINS, strata_of, stratified_draw


def drawn_of(sizes, count, *, leave=0, seed=1):
    """How many rows of each class are drawn."""
    classes = np.repeat(np.arange(len(sizes)), sizes)
    taken, _ = stratified_draw(classes, count, np.random.default_rng(seed), leave=leave)
    return np.bincount(classes[taken], minlength=len(sizes)).tolist()


@pytest.mark.parametrize(
    ("sizes", "count", "expected"),
    [
        pytest.param([60, 30, 10], 10, [6, 3, 1], id="whole shares"),
        # Shares 3.33, 3.33, 3.33: the first of equals gets the row that is left.
        pytest.param([5, 5, 5], 10, [4, 3, 3], id="largest remainder"),
        # Shares 9.9, 0.099: the rare class gets a row all the same.
        pytest.param([1000, 10], 10, [9, 1], id="a rare class"),
        pytest.param([1000, 1, 1, 1], 6, [3, 1, 1, 1], id="common classes give for rare ones"),
        pytest.param([4, 4], 8, [4, 4], id="all rows"),
        pytest.param([4, 4], 100, [4, 4], id="more than there are"),
        pytest.param([9, 1, 5, 1, 3], 2, [1, 0, 1, 0, 0], id="fewer rows than classes"),
    ],
)
def test_each_class_gives_its_share(sizes, count, expected):
    assert drawn_of(sizes, count) == expected


def test_rows_that_a_class_has_to_keep_are_left():
    assert drawn_of([8, 2, 1], 5, leave=1) == [4, 1, 0]
    assert drawn_of([3, 1, 1], 5, leave=1) == [2, 0, 0]


def test_drawn_and_rest_are_all_rows_in_their_order():
    classes = np.random.default_rng(0).integers(0, 4, size=50)
    taken, rest = stratified_draw(classes, 20, np.random.default_rng(1))
    assert np.array_equal(taken, np.sort(taken))
    assert np.array_equal(rest, np.sort(rest))
    assert sorted([*taken, *rest]) == list(range(50))


def test_the_seed_decides_which_rows():
    classes = np.arange(200) % 2
    draws = [stratified_draw(classes, 50, np.random.default_rng(seed))[0] for seed in (1, 1, 2)]
    assert np.array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])


def test_any_draw_is_exact_and_keeps_every_class():
    chance = np.random.default_rng(20)
    for _ in range(300):
        sizes = chance.integers(1, chance.choice([2, 6, 300]) + 1, size=chance.integers(1, 30))
        leave = int(chance.integers(0, 2))
        count = int(chance.integers(1, sizes.sum() + 1))
        limits = sizes - leave
        drawn = np.array(drawn_of(sizes, count, leave=leave))
        said = f"{sizes.tolist()}, {count}, {leave}: {drawn.tolist()}"
        assert drawn.sum() == min(count, limits.sum()), said
        assert (drawn <= limits).all(), said
        if count >= len(sizes):
            assert (drawn[limits > 0] > 0).all(), said
        shares = sizes * count / sizes.sum()
        if (shares >= 1).all() and (np.ceil(shares) <= limits).all():
            assert (abs(drawn - shares) < 1).all(), said


def test_a_stratum_of_numbers_is_a_range_with_as_many_rows_as_the_others():
    numbers = np.random.default_rng(0).normal(size=1000)
    strata = strata_of(numbers)
    assert np.bincount(strata).tolist() == [100] * MOST_BINS
    ends = [(numbers[strata == bin_].min(), numbers[strata == bin_].max()) for bin_ in range(10)]
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(ends))


@pytest.mark.parametrize("numbers", [[0.0], [1.0, 2.0, 3.0], [5.0] * 50, [0.0] * 30 + [1.0, 2.0]])
def test_few_numbers_make_fewer_strata(numbers):
    strata = strata_of(np.array(numbers))
    assert strata.shape == (len(numbers),)
    assert len(np.unique(strata)) <= max(1, len(numbers) // 4)


def test_a_stratum_of_sets_is_the_rarest_label_of_a_row():
    sets = [[0], [0], [0, 1], [0, 1, 2], [], [1], []]
    assert strata_of(sets).tolist() == [0, 0, 1, 2, -1, 1, -1]


def test_a_draw_of_sets_and_of_numbers_keeps_the_shares():
    chance = np.random.default_rng(3)
    shares = np.array([0.5, 0.2, 0.05])
    sets = [np.flatnonzero(chance.random(3) < shares).tolist() for _ in range(4000)]
    taken, _ = stratified_draw(strata_of(sets), 400, np.random.default_rng(1))
    for label in range(3):
        drawn = sum(label in sets[row] for row in taken) / 400
        assert drawn == pytest.approx(sum(label in row for row in sets) / 4000, abs=0.02)
    numbers = chance.exponential(size=4000)
    taken, _ = stratified_draw(strata_of(numbers), 400, np.random.default_rng(1))
    assert numbers[taken].mean() == pytest.approx(numbers.mean(), rel=0.08)
    quantiles = [0.25, 0.5, 0.75]
    assert np.quantile(numbers[taken], quantiles) == pytest.approx(
        np.quantile(numbers, quantiles), rel=0.08
    )
