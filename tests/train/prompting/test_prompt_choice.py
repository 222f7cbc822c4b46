"""What is chosen on validation, by a model of which it is known what it answers."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from job.training_config import read_training_config
from prompting import prompt_choice
from prompting.examples import NO_EXAMPLES, Example, FixedExamples
from prompting.prompt_choice import choose_prompt
from prompting.prompt_tokens import NoRoomError
from prompting.prompter import Asked

CONFIG = Path(__file__).parents[2] / "contracts" / "examples" / "config.json"
"""Of a binary task."""
SHOWN = FixedExamples("balanced", (Example(("a film",), "good"),))
LONG = FixedExamples("balanced", (Example(("a film " * 99,), "good"),) * 9)
ROWS = [("dull",), ("warm",), ("slow",), ("fine",)]
LABELS = np.array([0, 1, 0, 1])


@dataclass
class KnownAnswers:
    """With examples it is right; without, it prefers one answer, and is right beyond that."""

    asked: list[int] = field(default_factory=list)

    def ask(self, rows, examples):
        self.asked.append(len(rows))
        if examples is LONG:
            raise NoRoomError("too long")
        bias = 0.0 if examples is SHOWN else 5.0
        right = [[1.0, 0.0] if ROWS.index(row) % 2 == 0 else [0.0, 1.0] for row in rows]
        return Asked(np.array(right) + np.array([bias, 0.0]), 0.0, 10.0)

    def content_free(self, examples):
        return np.array([0.0 if examples is SHOWN else 5.0, 0.0])


def chosen(kinds, answers=None):
    return choose_prompt(
        read_training_config(CONFIG), answers or KnownAnswers(), kinds, [], ROWS, LABELS
    )


def test_the_first_of_equals_is_taken_and_its_answers_are_kept():
    prompt, asked = chosen([NO_EXAMPLES, SHOWN])
    assert prompt.examples is NO_EXAMPLES
    assert prompt.reading.is_calibrated
    assert asked is not None and len(asked.likelihoods) == len(ROWS)


def test_prompts_that_do_not_fit_are_passed_over():
    prompt, _ = chosen([LONG, SHOWN])
    assert prompt.examples is SHOWN
    with pytest.raises(NoRoomError):
        chosen([LONG])


def test_of_many_rows_some_are_tried(monkeypatch):
    monkeypatch.setattr(prompt_choice, "_MOST_ROWS", 2)
    answers = KnownAnswers()
    _, asked = chosen([SHOWN], answers)
    assert answers.asked == [2]
    assert asked is None
