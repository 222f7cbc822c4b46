"""How many candidates go on from each stage, and how far each rung trains them."""

from dataclasses import dataclass

LONE_TRIAL_SHARE = 1 / 4
"""The share of the steps after which learning rates are compared where there are no rungs."""

# In trials: screening jobs have several models, so they start less often.
_LEAST_COST_OF_A_JOB = 2
# Screening is cheap and rough: it leaves twice the finalists, or a third of many models.
_SCREENED_PER_FINALIST = 2
_SCREENED_SHARE = 3
# Of the first rung, the second and the third: each trains twice as far as the one before. An eighth
# of the steps that a training has by default is past the warm-up.
_SHARES = (1 / 8, 1 / 4, 1 / 2)


@dataclass(frozen=True)
class Rung:
    """A cut during training."""

    places: int
    share: float
    """Of all steps, at which candidates are compared."""


def needs_screening(num_models: int, finalists: int) -> bool:
    """Whether there are so many models that not all of them are trained."""
    return num_models > _SCREENED_PER_FINALIST * finalists


def is_short_training_worth_it(num_models: int, finalists: int, num_rates: int) -> bool:
    """Whether a screening by short trainings costs less than what it saves.

    It trains every model at one rate, about as far as the first rung, and saves that rung's jobs
    for the models that it drops. Such a job has to start and tries `num_rates` rates.
    """
    dropped = num_models - screening_places(num_models, finalists)
    return max(num_rates, _LEAST_COST_OF_A_JOB) * dropped > num_models


def screening_places(num_models: int, finalists: int) -> int:
    """How many go on from screening by their scores."""
    return max(_SCREENED_PER_FINALIST * finalists, _ceil(num_models, _SCREENED_SHARE))


def rungs_of(num_entrants: int, finalists: int) -> list[Rung]:
    """The rungs that lead from the entrants to the finalists; none if there are no more than these.

    Each keeps the better half. Of more than eight times the finalists each keeps a third, and so
    on, so that there are never more than three rungs.
    """
    keeps_one_of = 2
    while finalists * keeps_one_of ** len(_SHARES) < num_entrants:
        keeps_one_of += 1
    places, left = [], num_entrants
    while left > finalists:
        left = max(finalists, _ceil(left, keeps_one_of))
        places.append(left)
    return [Rung(*each) for each in zip(places, _SHARES, strict=False)]


def most_ties(places: int) -> int:
    """How many may go on beside those that have a place, because their scores are as good."""
    return _ceil(places, 2)


def _ceil(number: int, divisor: int) -> int:
    return -(-number // divisor)
