"""How often a slice is found on which the best is worse, where all candidates are equally good.

The rows are divided twice, into slices of 30 to 200 rows, so every race has 8 slices and 3 other
candidates: 24 tests. Seeds are fixed, so each test always passes or always fails. With 100 races, a
family of tests that raises a false alarm in 15 % of races instead of 5 % is found with a
probability of 0.94 (binomial).
"""

import numpy as np
import pytest

from bakeoff.statistics import ComparisonSpec
from bakeoff.statistics.slice_scores import SliceScores
from bench.simulated_races import Classifier, Regressor
from tests.support.sliced import grouping, row_slices

pytestmark = pytest.mark.simulation

RACES = 100
ROWS = 400
SIZES = (30, 50, 120, 200)
RESAMPLES = 100


def divided(chance, column):
    """A division of the rows at random, because slices say nothing of how hard rows are."""
    names = chance.permutation(np.repeat(np.arange(len(SIZES)), SIZES))
    return grouping({str(name): names == name for name in range(len(SIZES))}, column=column)


def share_of_false_alarms(model, seeds, metric, *, is_ranked):
    """The share of races in which a candidate beats the first on a slice.

    Args:
        is_ranked: whether the first is the best of all rows, as in a real race. It was lucky then,
            so another one is better on a slice less often.
    """
    chance, alarms = np.random.default_rng(2026), 0
    is_regression = isinstance(model, Regressor)
    for race in range(RACES):
        candidates = model.candidates(chance, ROWS, seeds, 4)
        if is_ranked:
            candidates.sort(key=lambda each: np.mean([job.loss.mean() for job in each.jobs]))
        spec = ComparisonSpec(
            task="regression" if is_regression else "binary",
            labels=() if is_regression else ("no", "yes"),
            positive_label=None if is_regression else "yes",
            main_metric=metric,
            resamples=RESAMPLES,
            seed=race,
        )
        given = row_slices(np.arange(ROWS), divided(chance, "one"), divided(chance, "other"))
        scores = SliceScores(given, candidates[0], spec)
        scores.add(candidates)
        found = scores.slices()
        assert found.num_tests == 24
        alarms += any(
            score.beats_best
            for each in found.groupings
            for part in each.slices
            for score in part.scores
        )
    return alarms / RACES


def at_most(share):
    """The share plus two of its standard errors when it is counted in so many races."""
    return share + 2 * np.sqrt(share * (1 - share) / RACES)


@pytest.mark.parametrize(
    ("model", "seeds", "metric"),
    [
        (Classifier(), 1, "accuracy"),
        (Classifier(luck=0.5), 3, "accuracy"),
        (Classifier(positive_share=0.3), 1, "f1"),
        (Regressor(), 1, "rmse"),
    ],
)
def test_of_equal_candidates_one_beats_the_first_on_a_slice_in_5_of_100_races_at_most(
    model, seeds, metric
):
    alarms = share_of_false_alarms(model, seeds, metric, is_ranked=False)

    assert alarms <= at_most(0.05)


def test_so_it_does_where_the_first_was_the_luckiest():
    assert share_of_false_alarms(Classifier(), 1, "accuracy", is_ranked=True) <= at_most(0.05)
