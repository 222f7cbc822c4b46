"""The learning rates that a candidate tried."""

import pytest

from bakeoff.summary.learning_rates import LearningRateTrial, chosen_at_the_edge, compactly


def trials(chosen, *scores):
    return [
        LearningRateTrial(
            learning_rate=1e-5 * 3**place, validation_score=score, steps=100,
            is_chosen=place == chosen,
        )
        for place, score in enumerate(scores)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tried", "edge"),
    [
        (trials(0, 0.9, 0.8, 0.7), "lowest"),
        (trials(1, 0.8, 0.9, 0.7), None),
        (trials(2, 0.7, 0.8, 0.9), "highest"),
        # None above it can be better: training diverged there.
        (trials(1, 0.7, 0.9, None), None),
        (trials(1, 0.8, 0.9), None),
        ([], None),
    ],
)
def test_the_best_rate_lies_at_the_edge_if_none_beyond_it_was_tried(tried, edge):
    assert chosen_at_the_edge(tried) == edge


def test_trials_are_written_compactly_and_without_a_number_where_training_diverged():
    assert compactly(trials(1, 0.8125, 0.861, None)) == "1e-05=0.8125 3e-05=0.861 9e-05="
    assert compactly([]) is None
