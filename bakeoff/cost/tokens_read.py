"""How many tokens the jobs of methods without training read.

The numbers of rows and examples that they try are those of train/prompting and train/zeroshot.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.prepared.manifest import Rows

NUMBERS_OF_A_SCALE = 11
"""Those that a language model chooses among in a regression, mostly."""

_TOKENS_PER_ANSWER = 2
_TOKENS_OF_A_SENTENCE = 10
# A prompt's kind is chosen on so many rows, among these numbers of examples.
_ROWS_TRIED = 300
_EXAMPLES_TRIED = (4, 8)
_TOKENS_OF_AN_EXAMPLE = 256
# A template is chosen on the rows that make so many pairs with the labels, or on so many rows.
_TEMPLATES = 4
_PAIRS_TRIED = 10_000
_FEWEST_ROWS_TRIED = 50
_FEWEST_LABELS = 2


@dataclass(frozen=True)
class Answering:
    """What a model that is not trained reads beside the texts."""

    num_answers: int | None = None
    """Labels, or numbers of a scale, to choose among; None if they are not known."""
    entails: bool = False
    """Whether it reads a text once for each label, to tell whether it entails the label's
    sentence."""
    prompt_examples: int | None = None
    """As in the request: None leaves it to validation."""


def tokens_read(
    method: str, rows: Rows, tokens_per_row: float, answering: Answering | None = None
) -> float:
    """In all rows and trials together; what all prompts begin with is read once and not counted."""
    answering = answering or Answering()
    if method == "prompt":
        return _of_prompts(rows, tokens_per_row, answering)
    if method == "zeroshot" and answering.entails:
        return _of_pairs(rows, tokens_per_row, answering.num_answers or _FEWEST_LABELS)
    if method == "zeroshot":
        return tokens_per_row * (rows.validation + rows.test)
    return tokens_per_row * (rows.train + rows.validation + rows.test)


def _of_prompts(rows: Rows, tokens_per_row: float, answering: Answering) -> float:
    answers = _TOKENS_PER_ANSWER * (answering.num_answers or 0)
    example = min(tokens_per_row, _TOKENS_OF_AN_EXAMPLE)
    kinds = [
        tokens_per_row + answers + number * example
        for number in _examples_of_a_row(answering.prompt_examples)
    ]
    tried = min(rows.validation, _ROWS_TRIED)
    further = rows.validation if rows.validation > _ROWS_TRIED else 0
    # Which kind validation will choose is not known.
    return tried * sum(kinds) + (further + rows.test) * sum(kinds) / len(kinds)


def _examples_of_a_row(asked: int | None) -> Sequence[int]:
    """For each kind of prompt that is tried, the examples that are another row's in another prompt:
    none of those that all prompts share."""
    if asked == 0:
        return [0]
    numbers = _EXAMPLES_TRIED if asked is None else (asked,)
    without = [0] if asked is None else []
    return [*without, *(0 for _ in numbers), *numbers]


def _of_pairs(rows: Rows, tokens_per_row: float, num_labels: int) -> float:
    tried = max(_PAIRS_TRIED // num_labels, _FEWEST_ROWS_TRIED)
    passed = _TEMPLATES * min(tried, rows.validation) + rows.test
    if tried < rows.validation:
        passed += rows.validation
    return passed * num_labels * (tokens_per_row + _TOKENS_OF_A_SENTENCE)
