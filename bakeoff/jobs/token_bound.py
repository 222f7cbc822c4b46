"""The most tokens that a hosted model is asked and may answer, whatever the data is."""

from dataclasses import dataclass

from bakeoff.hosted_models import DEFAULT_MAX_LENGTH
from bakeoff.request.hyperparameters import Hyperparameters

# What follows is the training code's: see train/hosted and train/prompting.
VALIDATION_ROWS = 100
"""They choose the examples."""
ANSWER_TOKENS = 512
_ABOVE_TOKENS = 2048
"""Of the instruction with the labels, and as many of the form that lists them."""
_AROUND_TOKENS = 512
"""Of what the service puts around a form and the turns."""
_EXAMPLE_TOKENS = 256
_TURN_TOKENS = 64
"""Of what stands around an example, its answer included."""
_NUMBERS_OF_EXAMPLES = (4, 8)
"""Where the request leaves it open; each in two kinds, beside none at all."""


@dataclass(frozen=True)
class TokenBound:
    num_requests: int
    input_tokens: int
    output_tokens: int


def token_bound(hyperparameters: Hyperparameters, test_rows: int) -> TokenBound:
    """Of one job, which asks about so many test rows."""
    length = hyperparameters.max_length or DEFAULT_MAX_LENGTH
    number = hyperparameters.prompt_examples
    if number is None:
        num_kinds, most_examples = 1 + 2 * len(_NUMBERS_OF_EXAMPLES), max(_NUMBERS_OF_EXAMPLES)
    else:
        num_kinds, most_examples = (2 if number else 1), number
    num_requests = num_kinds * VALIDATION_ROWS + test_rows
    of_examples = most_examples * (min(length, _EXAMPLE_TOKENS) + _TURN_TOKENS)
    of_question = 2 * _ABOVE_TOKENS + _AROUND_TOKENS + of_examples + length
    return TokenBound(num_requests, num_requests * of_question, num_requests * ANSWER_TOKENS)
