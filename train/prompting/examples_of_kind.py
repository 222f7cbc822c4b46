"""The ways to choose examples, by their names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prompting.examples import NO_EXAMPLES, Example, Examples, FixedExamples
from prompting.nearest_examples import NEAREST, NearestExamples
from scoring.task import Task
from training_data.some_rows import some_rows

BALANCED = "balanced"
_NUMBERS = (4, 8)
_MOST_ROWS = 20_000
"""Of train, to look for the nearest in: to compare a text with more takes too long."""


@dataclass(frozen=True)
class TrainRows:
    rows: Sequence[tuple[str, ...]]
    labels: NDArray[Any]
    """In the shape described in Task."""
    answers: Sequence[str]
    """The right ones."""

    def examples(self, numbers: Sequence[int] | NDArray[np.int64]) -> tuple[Example, ...]:
        return tuple(Example(self.rows[number], self.answers[number]) for number in numbers)


def kinds_of_examples(
    task: Task, train: TrainRows, number: int | None, seed: int, *, has_words: bool
) -> list[Examples]:
    """Those to choose from: the cheapest first, as the first of equals is taken.

    Args:
        number: of a prompt; None: none, and some.
        has_words: whether the answers say by themselves what they mean, so that a model can do
            without examples.
    """
    numbers = [each for each in (_NUMBERS if number is None else (number,)) if each]
    kinds: list[Examples] = []
    if number == 0 or (number is None and has_words) or not len(train.rows):
        kinds.append(NO_EXAMPLES)
    if not numbers or not len(train.rows):
        return kinds
    numbers = [*dict.fromkeys(min(each, len(train.rows)) for each in numbers)]
    for each in numbers:
        chosen = _balanced(task, train.labels, each, np.random.default_rng(seed))
        kinds.append(FixedExamples(BALANCED, train.examples(chosen)))
    pool = train.examples(some_rows(len(train.rows), _MOST_ROWS, seed))
    nearest = NearestExamples.among(pool, numbers[0])
    return [*kinds, *(nearest.with_number(each) for each in numbers)]


def examples_of_kind(kind: str, pool: tuple[Example, ...], number: int) -> Examples:
    """Those of a saved model; `pool` is what it has saved of them."""
    if kind == NO_EXAMPLES.kind:
        return NO_EXAMPLES
    if kind == NEAREST:
        return NearestExamples.among(pool, number)
    return FixedExamples(kind, pool)


def _balanced(
    task: Task, labels: NDArray[Any], number: int, chance: np.random.Generator
) -> NDArray[np.int64]:
    """Rows of as many labels as possible, equally many of each; of a regression, rows from its
    lowest numbers to its highest. They stand in random order."""
    if task.is_regression:
        places = np.linspace(0, len(labels) - 1, number).round().astype(int)
        return chance.permutation(np.argsort(labels, kind="stable")[places])
    shuffled = chance.permutation(len(labels))
    # Of a row with several labels, the one that is named first.
    of_rows = labels.argmax(axis=1) if task.is_multilabel else labels
    seen: NDArray[np.int64] = np.zeros(task.num_outputs, dtype=np.int64)
    turns: NDArray[np.int64] = np.empty(len(labels), dtype=np.int64)
    for number_of_row in shuffled:
        turns[number_of_row] = seen[of_rows[number_of_row]]
        seen[of_rows[number_of_row]] += 1
    # Every label once, then every label again.
    in_turns = shuffled[np.argsort(turns[shuffled], kind="stable")]
    return chance.permutation(in_turns[:number])
