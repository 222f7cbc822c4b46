"""How many candidates go on from each stage, and how far each rung trains them."""

from dataclasses import dataclass

LONE_TRIAL_SHARE = 1 / 4
"""The share of the steps after which learning rates are compared where there are no rungs."""

# Screening is cheap and rough: it leaves twice the finalists, or a third of many models.
_SCREENED_PER_FINALIST = 2
_SCREENED_SHARE = 3
_MOST_RUNGS = 3
# By the number of rungs. Each rung trains twice as far as the one before.
_SHARES = {1: (1 / 4,), 2: (1 / 4, 1 / 2), 3: (1 / 8, 1 / 4, 1 / 2)}


@dataclass(frozen=True)
class Rung:
    """A cut during training."""

    places: int
    share: float
    """Of all steps, at which candidates are compared."""


def needs_screening(num_models: int, finalists: int) -> bool:
    """Whether there are so many models that not all of them are trained."""
    return num_models > _SCREENED_PER_FINALIST * finalists


def screening_places(num_models: int, finalists: int) -> int:
    """How many go on from screening by their scores."""
    return max(_SCREENED_PER_FINALIST * finalists, _ceil(num_models, _SCREENED_SHARE))


def rungs_of(num_entrants: int, finalists: int) -> list[Rung]:
    """The rungs that lead from the entrants to the finalists; none if there are no more than these.

    Each keeps the better half. Of more than eight times the finalists each keeps a third, and so
    on, so that there are never more than three rungs.
    """
    keeps_one_of = 2
    while finalists * keeps_one_of**_MOST_RUNGS < num_entrants:
        keeps_one_of += 1
    places, left = [], num_entrants
    while left > finalists:
        left = max(finalists, _ceil(left, keeps_one_of))
        places.append(left)
    return [Rung(*each) for each in zip(places, _SHARES.get(len(places), ()), strict=True)]


def most_ties(places: int) -> int:
    """How many may go on beside those that have a place, because their scores are as good."""
    return _ceil(places, 2)


def _ceil(number: int, divisor: int) -> int:
    return -(-number // divisor)
