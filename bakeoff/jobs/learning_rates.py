"""The learning rates that a candidate tries: the same number for all, around one that suits it."""

import math

from bakeoff.methods import is_used
from bakeoff.request.hyperparameters import Hyperparameters
from bakeoff.request.resolved import Candidate
from bakeoff.request.tune import Tune

# The best learning rate falls as models grow. The limits are parameters of the encoder alone:
# embeddings make small models with large vocabularies look large.
_CENTRES = ((2e6, 5e-4), (30e6, 1.5e-4), (150e6, 5e-5), (500e6, 1.5e-5), (math.inf, 5e-6))
_CENTRE_OF_UNKNOWN_SIZE = 5e-5
# Adapters have few weights, which start at 0.
_LORA_FACTOR = 10

_STEP = 3.0
# Five rates with the usual step: more of them lie closer together instead of farther apart.
_MAX_SPAN = _STEP**4


def learning_rates_of(
    candidate: Candidate, tune: Tune, encoder_parameters: int | None
) -> list[float]:
    """The rates to try, ascending; a single one is used without trials.

    Args:
        encoder_parameters: weights without embeddings and head; None if not known.
    """
    given = candidate.hyperparameters.learning_rate
    if given is not None:
        return [given]
    centre = centre_of(candidate.method, encoder_parameters)
    if not is_used("learning_rate", candidate.method):
        return [centre]
    if isinstance(tune.learning_rate, list):
        return sorted(tune.learning_rate)
    return rates_around(centre, tune.learning_rate)


def num_rates(method: str, hyperparameters: Hyperparameters, tune: Tune) -> int:
    """How many rates a candidate tries; 1: no trials."""
    if hyperparameters.learning_rate is not None or not is_used("learning_rate", method):
        return 1
    rates = tune.learning_rate
    return len(rates) if isinstance(rates, list) else rates


def centre_of(method: str, encoder_parameters: int | None) -> float:
    """A usual learning rate for an encoder of this size; for one of unknown size, that of
    base-sized encoders."""
    centre = _CENTRE_OF_UNKNOWN_SIZE
    if encoder_parameters is not None:
        centre = next(rate for limit, rate in _CENTRES if encoder_parameters < limit)
    return _rounded(centre * _LORA_FACTOR if method == "lora" else centre)


def rates_around(centre: float, count: int) -> list[float]:
    """`count` rates in geometric steps, with two significant digits; `middle_of` is the centre.

    The steps are threefold for up to five rates, and smaller for more. An even number has one more
    above the centre than below: two are the centre and three times as much, because too low a rate
    passes for a weak model, whereas too high a one shows.
    """
    step = min(_STEP, _MAX_SPAN ** (1 / max(count - 1, 1)))
    lowest = -((count - 1) // 2)
    return [_rounded(centre * step**exponent) for exponent in range(lowest, lowest + count)]


def middle_of(rates: list[float]) -> float:
    """The middle one of ascending rates; of an even number the lower one of two."""
    return rates[(len(rates) - 1) // 2]


def _rounded(rate: float) -> float:
    return float(f"{rate:.1e}")
