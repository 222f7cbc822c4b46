"""How often the statistics are right, where the truth is known.

Races between copies of one model serve several tests: of the differences, of the p-values and of
the intervals. Seeds are fixed, so each test always passes or always fails.
bench/comparison_coverage.py does the same at length.

Tests count the races with 3 and with 5 seeds together. With 400 races, a test at 5 % that in fact
rejects 8 %, 10 % or 12 % of copies is found with a probability of 0.74, 0.98 or 0.999 (binomial;
false alarm 0.03). With 300 intervals that cover 90 % or 88 % instead of 95 %, it is 0.86 or 0.98
(false alarm 0.01).
"""

from functools import cache

import numpy as np
import pytest

from bakeoff.statistics import ComparisonSpec, analyse
from bakeoff.statistics.contender import Contender
from bakeoff.statistics.intervals import interval
from bakeoff.statistics.pairwise import compare
from bakeoff.statistics.resampled_scores import resample
from bench.simulated_races import Classifier, Regressor

pytestmark = pytest.mark.simulation

NUMBERS_OF_SEEDS = (3, 5)
RACES_OF_COPIES = 200
RACES_FOR_INTERVALS = 150
ROWS = 300

WITHOUT_LUCK, WITH_LUCK = Classifier(luck=0.0), Classifier(luck=0.5)


def comparison_spec(metric, seed):
    is_regression = metric == "rmse"
    return ComparisonSpec(
        task="regression" if is_regression else "binary",
        labels=() if is_regression else ("no", "yes"),
        positive_label=None if is_regression else "yes",
        main_metric=metric,
        resamples=100,
        seed=seed,
    )


def races(model, seeds, count, number, rows=ROWS):
    chance = np.random.default_rng(2024)
    for race in range(number):
        yield race, model.candidates(chance, rows, seeds, count)


@cache
def copies_compared(model, seeds, metrics, number=RACES_OF_COPIES, rows=ROWS):
    """Compares two copies of the model in many races.

    Returns:
        By metric an array (4, number): differences, their estimated variances, p-values, and
        whether the first copy's interval contains the true score.
    """
    found = {metric: [] for metric in metrics}
    for race, candidates in races(model, seeds, 2, number, rows):
        copies = resample(candidates, comparison_spec(metrics[0], race))
        for metric in metrics:
            spec = comparison_spec(metric, race)
            pair = compare(*(Contender.of(each, spec) for each in copies), spec)
            variance = pair.variance.standard_error**2
            found[metric].append(
                (pair.difference, variance, pair.p_value, is_covered(copies[0], model, metric))
            )
    return {metric: np.array(values).T for metric, values in found.items()}


def copies(model, metric):
    """Returns what `copies_compared` finds with 3 and with 5 seeds, one after the other."""
    compared = [copies_compared(model, seeds, ("accuracy", "f1")) for seeds in NUMBERS_OF_SEEDS]
    return np.hstack([each[metric] for each in compared])


def is_covered(candidate, model, metric):
    """Whether the candidate's interval contains its true score."""
    found = interval(
        metric, candidate.mean(metric), candidate.variance(metric), candidate.num_rows, 0.95
    )
    return found.low <= model.scores()[metric] <= found.high


def at_most(share, number):
    """The share plus two of its standard errors when it is counted in so many races."""
    return share + 2 * np.sqrt(share * (1 - share) / number)


def share_rejected(p_values):
    return (p_values <= 0.05).mean()


@pytest.mark.parametrize(
    ("model", "metric"),
    [
        (WITHOUT_LUCK, "accuracy"),
        (WITH_LUCK, "accuracy"),
        (WITH_LUCK, "f1"),
    ],
)
def test_copies_of_a_model_differ_significantly_in_5_of_100_races_at_most(model, metric):
    _, _, p_values, _ = copies(model, metric)

    assert share_rejected(p_values) <= at_most(0.05, len(p_values))


@pytest.mark.parametrize(
    # Without luck, some is seen by chance, and never less than none: 1.4 is to be expected of
    # three seeds. It would be 2 if what rows and seeds have in common counted twice.
    ("model", "highest"),
    [(WITHOUT_LUCK, 1.7), (WITH_LUCK, 1.2)],
)
def test_the_estimated_variance_of_a_difference_is_its_variance(model, highest):
    differences, variances, _, _ = copies(model, "accuracy")

    assert 0.85 < variances.mean() / (differences**2).mean() < highest


@pytest.mark.parametrize("metric", ["accuracy", "f1"])
def test_intervals_contain_the_true_score_in_95_of_100_races(metric):
    *_, are_covered = copies(WITH_LUCK, metric)

    assert 0.92 <= are_covered.mean() <= 0.99


@pytest.mark.parametrize(
    ("model", "metric"),
    [
        (Classifier(sure_share=0.95, doubt_share=0.03, luck=0.3), "accuracy"),
        (Classifier(luck=0.3, positive_share=0.15), "f1"),
        (Regressor(luck=0.05), "rmse"),
    ],
)
def test_they_do_so_with_few_errors_a_rare_class_and_numbers_too(model, metric):
    are_covered = [
        is_covered(resample(candidates, comparison_spec(metric, race))[0], model, metric)
        for seeds in NUMBERS_OF_SEEDS
        for race, candidates in races(model, seeds, 1, RACES_FOR_INTERVALS)
    ]

    assert 0.92 <= np.mean(are_covered) <= 0.99


def test_one_seed_is_enough_if_seeds_have_no_luck():
    _, _, p_values, _ = copies_compared(WITHOUT_LUCK, 1, ("accuracy",), number=400)["accuracy"]

    assert 0.02 < share_rejected(p_values) <= at_most(0.05, 400)


def test_one_seed_mistakes_luck_for_a_difference_and_three_do_not():
    """The note on luck in training warns of it."""
    one, three = (
        copies_compared(WITH_LUCK, seeds, ("accuracy",), rows=1000, number=100)["accuracy"]
        for seeds in (1, 3)
    )

    assert share_rejected(one[2]) > 0.4
    assert share_rejected(three[2]) <= at_most(0.05, 100)


def test_a_model_that_is_better_by_5_points_wins():
    found = []
    for race in range(60):
        better, worse = (
            # The same rows, some of which only the worse one gets wrong.
            Classifier(sure_share).candidates(np.random.default_rng(race), 1000, 3, 2)[place]
            for place, sure_share in enumerate((0.8, 0.75))
        )
        found.append(
            analyse([better, worse], comparison_spec("accuracy", race)).tied == ["model-0"]
        )

    assert np.mean(found) > 0.8


def test_each_of_five_copies_is_left_out_of_the_tied_group_in_5_of_100_races_at_most():
    left_out = []
    for race, candidates in races(Classifier(luck=0.3), 3, 5, 100):
        accuracy = {
            each.candidate: np.mean([(job.predicted == job.truth).mean() for job in each.jobs])
            for each in candidates
        }
        ranked = sorted(candidates, key=lambda each: -accuracy[each.candidate])
        tied = analyse(ranked, comparison_spec("accuracy", race)).tied
        left_out += [each.candidate not in tied for each in candidates]

    assert np.mean(left_out) <= 0.05
