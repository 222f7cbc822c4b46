"""The learning rates that a candidate tried before it trained with the best."""

from collections.abc import Sequence

from bakeoff.summary.part import Part

# With two rates, one of which is the best, the best is always at an end.
_FEWEST_WITH_A_MIDDLE = 3


class LearningRateTrial(Part):
    """One learning rate, tried with the first seed."""

    learning_rate: float
    validation_score: float | None
    """The main metric on validation when the rates were compared; None if training diverged."""
    steps: int | None
    """The optimiser steps of the trial."""
    is_chosen: bool
    reason: str | None = None
    """Why it could not be chosen, such as that training diverged."""


def chosen_at_the_edge(trials: Sequence[LearningRateTrial]) -> str | None:
    """`lowest` or `highest` if the chosen one is that of those tried, so that one beyond it may be
    better; None if there are rates on both sides of it, or fewer than three.

    `trials` come in rising order. A rate that diverged is an answer: none beyond it is better.
    """
    if len(trials) < _FEWEST_WITH_A_MIDDLE:
        return None
    if trials[0].is_chosen:
        return "lowest"
    return "highest" if trials[-1].is_chosen else None


def compactly(trials: Sequence[LearningRateTrial]) -> str | None:
    """Each rate with its validation score, which is empty where training diverged:
    `1.7e-05=0.8125 5e-05=0.861 0.00015=`; None without trials."""
    shown = (
        f"{trial.learning_rate:.3g}="
        + ("" if trial.validation_score is None else f"{trial.validation_score:.6g}")
        for trial in trials
    )
    return " ".join(shown) or None
