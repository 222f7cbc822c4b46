"""How often the statistics are right, where the truth is known.

Seeds are fixed, so each test passes or fails for good: it would fail if a part of the variance were
left out, or counted twice. bench/comparison_coverage.py does the same at length.
"""

from functools import cache

import numpy as np
import pytest

from bakeoff.statistics import Question, analyse
from bakeoff.statistics.pairwise import compare_all
from bakeoff.statistics.resampled_scores import resample
from bench.simulated_races import Classifier, Regressor

RACES = 400
ROWS = 300


def asked(metric, seed):
    is_regression = metric == "rmse"
    return Question(
        task="regression" if is_regression else "binary",
        labels=() if is_regression else ("no", "yes"),
        positive_label=None if is_regression else "yes",
        main_metric=metric,
        resamples=200,
        seed=seed,
    )


def races(model, seeds, count, rows=ROWS, number=RACES):
    chance = np.random.default_rng(2024)
    for race in range(number):
        yield race, model.candidates(chance, rows, seeds, count)


@cache
def copies_compared(luck, seeds, metric="accuracy", rows=ROWS, number=RACES):
    """Differences of two copies, the variances that are told of them, and the p-values."""
    told = []
    for race, candidates in races(Classifier(luck=luck), seeds, 2, rows, number):
        question = asked(metric, race)
        (pair,) = compare_all(resample(candidates, question), question)
        told.append((pair.difference, pair.variance.standard_error**2, pair.p_value))
    return np.array(told).T


def share_told_apart(*arguments, **options):
    return (copies_compared(*arguments, **options)[2] <= 0.05).mean()


def at_most(share, number=RACES):
    """So many, and two standard errors of a share that was counted in so many races."""
    return share + 2 * np.sqrt(share * (1 - share) / number)


LUCK_AND_SEEDS = [(0.0, 3), (0.0, 5), (0.5, 3), (0.5, 5)]


@pytest.mark.parametrize(("luck", "seeds"), LUCK_AND_SEEDS)
def test_a_model_is_told_from_its_copy_in_5_of_100_races_and_not_more(luck, seeds):
    assert share_told_apart(luck, seeds) <= at_most(0.05)


@pytest.mark.parametrize(("luck", "seeds"), LUCK_AND_SEEDS)
def test_the_variance_told_of_a_difference_is_the_one_it_has(luck, seeds):
    differences, told, _ = copies_compared(luck, seeds)

    # Where seeds have no luck, some is seen by chance, and never less than none: 1.4 is to be
    # expected of three. It would be 2 if what rows and seeds have in common counted twice.
    assert 0.85 < told.mean() / (differences**2).mean() < (1.2 if luck else 1.7)


def test_of_f1_too_a_copy_is_told_apart_in_5_of_100_races():
    assert share_told_apart(0.5, 3, "f1") <= at_most(0.05)


def test_with_one_seed_too_if_seeds_have_no_luck():
    assert 0.02 < share_told_apart(0.0, 1) <= at_most(0.05)


def test_one_seed_is_taken_in_by_luck_which_three_are_not():
    """What the note on training luck warns of."""
    assert share_told_apart(0.5, 1, rows=1000, number=100) > 0.4
    assert share_told_apart(0.5, 3, rows=1000, number=100) <= at_most(0.05, 100)


def test_a_model_that_is_better_by_5_points_is_found_to_be():
    found = []
    for race in range(60):
        better, worse = (
            # The same rows, on some of which the worse one is wrong.
            Classifier(sure_share).candidates(np.random.default_rng(race), 1000, 3, 2)[place]
            for place, sure_share in enumerate((0.8, 0.75))
        )
        found.append(analyse([better, worse], asked("accuracy", race)).tied == ["model-0"])

    assert np.mean(found) > 0.8


@pytest.mark.parametrize(
    ("model", "metric"),
    [
        (Classifier(luck=0.3), "accuracy"),
        (Classifier(sure_share=0.95, doubt_share=0.03, luck=0.3), "accuracy"),
        (Classifier(luck=0.3, positive_share=0.15), "f1"),
        (Regressor(luck=0.05), "rmse"),
    ],
)
@pytest.mark.parametrize("seeds", [3, 5])
def test_intervals_hold_the_truth_in_95_of_100_races(model, metric, seeds):
    truth = model.scores()[metric]
    found = []
    for race, candidates in races(model, seeds, 1, number=300):
        question = asked(metric, race)
        interval = resample(candidates, question)[0].intervals(question)[metric]
        found.append(interval.low <= truth <= interval.high)

    assert 0.92 <= np.mean(found) <= 0.99


def test_of_five_equals_a_given_one_is_left_out_of_the_tied_group_in_5_of_100_races_at_most():
    left_out = []
    for race, candidates in races(Classifier(luck=0.3), 3, 5, number=100):
        accuracy = {
            each.candidate: np.mean([(job.predicted == job.truth).mean() for job in each.jobs])
            for each in candidates
        }
        ranked = sorted(candidates, key=lambda each: -accuracy[each.candidate])
        tied = analyse(ranked, asked("accuracy", race)).tied
        left_out += [each.candidate not in tied for each in candidates]

    assert np.mean(left_out) <= 0.05
