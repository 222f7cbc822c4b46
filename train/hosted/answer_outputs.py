"""What answers say about rows, in the shape of a head's outputs.

An answer is a label or a number and no more, so the outputs tell which one was given, and not how
likely it is.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hosted.answer_form import Answer, Unusable
from prompting.answers import Answers
from scoring.task import Task

_LOGIT = 10.0
"""Of a label that was given; the others' is 0 or, where labels are independent, -10."""
THRESHOLD = 0.5
"""Of a multi-label task: anything between the two."""


@dataclass(frozen=True)
class AnswerOutputs:
    task: Task
    answers: Answers
    common: NDArray[np.int64]
    """The labels, the most common in train first; empty in a regression."""

    @classmethod
    def of(cls, task: Task, answers: Answers, train_labels: NDArray[Any]) -> "AnswerOutputs":
        """`train_labels` have the shape described in Task."""
        if task.is_regression:
            return cls(task, answers, np.array([], dtype=np.int64))
        if task.is_multilabel:
            counts = train_labels.sum(axis=0)
        else:
            counts = np.bincount(train_labels, minlength=task.num_outputs)
        return cls(task, answers, np.argsort(-counts, kind="stable"))

    def outputs(
        self, given: Sequence[Answer | Unusable], labels: NDArray[Any]
    ) -> NDArray[np.float64]:
        """(rows, outputs), in which an unusable answer is a wrong one.

        To leave such rows out, or to answer them with the most common label, would reward a model
        for them. Which wrong answer it is follows from the right one: the most common label that is
        wrong, or the end of the scale that is farther away.

        Args:
            labels: the right ones, in the shape described in Task.
        """
        usable = [
            self._wrong(label) if isinstance(each, Unusable) else each
            for each, label in zip(given, labels, strict=True)
        ]
        return self.of_usable(usable)

    def of_usable(self, given: Sequence[Answer]) -> NDArray[np.float64]:
        """(rows, outputs)"""
        if self.task.is_regression:
            return np.array(given, dtype=np.float64).reshape(len(given), 1)
        found = np.full(
            (len(given), self.task.num_outputs), -_LOGIT if self.task.is_multilabel else 0.0
        )
        for row, answer in enumerate(given):
            labels = sorted(answer) if isinstance(answer, frozenset) else [int(answer)]
            found[row, labels] = _LOGIT
        return found

    def _wrong(self, label: Any) -> Answer:
        if self.task.is_regression:
            low, high = self.answers.values[0], self.answers.values[-1]
            return high if abs(high - label) > abs(low - label) else low
        if self.task.is_multilabel:
            # No label is wrong for rows that have one.
            return frozenset() if label.any() else frozenset([int(self.common[0])])
        return int(next(each for each in self.common if each != label))


def unusable_by_kind(given: Sequence[Answer | Unusable]) -> dict[str, int]:
    """How many answers were unusable, by kind."""
    return dict(Counter(each.kind for each in given if isinstance(each, Unusable)))
