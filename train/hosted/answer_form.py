"""The structure of an answer that is asked for, and what an answer means.

A model that takes tools fills in a form, whose schema lists what may be answered. Others answer in
text. An answer that is not exactly one of those that are allowed is not guessed at.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hosted.reply import Reply
from prompting.answers import NO_LABEL, Answers
from scoring.task import Task

TOOL = "answer"
TOO_LONG_STOP = "model_context_window_exceeded"
"""Why a model stopped that could not read all of the question."""

REFUSED = "refused"
"""By a content filter."""
CUT = "cut"
"""It did not end within the tokens that an answer may have."""
MALFORMED = "malformed"
"""It does not have the structure that was asked for."""
NO_ALLOWED_ANSWER = "not_allowed"
"""It is none of those that are allowed: another label, a number out of range, a sentence."""
TOO_LONG = "too_long"
"""The service found the question too long for the model."""

_STOPPED: Mapping[str, str] = {
    "content_filtered": REFUSED,
    "guardrail_intervened": REFUSED,
    "max_tokens": CUT,
    "malformed_model_output": MALFORMED,
    "malformed_tool_use": MALFORMED,
    TOO_LONG_STOP: TOO_LONG,
}
# What models put around a label that they answer with.
_AROUND = " \t\n\r\"'`*.:"
_PREFIX = re.compile(r"(?:answer|label|labels|number)\s*:\s*", re.IGNORECASE)

Answer = int | frozenset[int] | float
"""A label's number, the numbers of several labels, or the number of a regression."""


@dataclass(frozen=True)
class Unusable:
    """An answer that says nothing about the row."""

    kind: str


@dataclass(frozen=True)
class AnswerForm:
    task: Task
    answers: Answers

    @property
    def member(self) -> str:
        """Of the form that is filled in."""
        if self.task.is_regression:
            return "number"
        return "labels" if self.task.is_multilabel else "label"

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the form."""
        if self.task.is_regression:
            low, high = self.answers.values[0], self.answers.values[-1]
            of_member: dict[str, Any] = {"type": "number", "minimum": low, "maximum": high}
        else:
            of_member = {"type": "string", "enum": self.answers.texts}
            if self.task.is_multilabel:
                of_member = {"type": "array", "items": of_member}
        return {
            "type": "object",
            "properties": {self.member: of_member},
            "required": [self.member],
        }

    def read(self, reply: Reply) -> Answer | Unusable:
        if reply.stop_reason in _STOPPED:
            return Unusable(_STOPPED[reply.stop_reason])
        given = reply.form
        if given is None:
            given = _form_in(reply.text)
        if given is None:
            return self._of_text(reply.text)
        if not isinstance(given, Mapping) or self.member not in given:
            return Unusable(MALFORMED)
        return self._of_member(given[self.member])

    def _of_text(self, text: str) -> Answer | Unusable:
        bare = _PREFIX.sub("", text.strip(_AROUND), count=1)
        if not bare:
            return Unusable(MALFORMED)
        if self.task.is_multilabel:
            exact = self._labels([bare])
            return exact if isinstance(exact, frozenset) else self._labels(bare.split(","))
        return self._of_member(bare)

    def _of_member(self, value: object) -> Answer | Unusable:
        if self.task.is_regression:
            return self._number(value)
        if self.task.is_multilabel:
            # Some models give a lone label where a list was asked for.
            values = [value] if isinstance(value, str) else value
            return self._labels(values) if isinstance(values, list) else Unusable(MALFORMED)
        if not isinstance(value, str):
            return Unusable(MALFORMED)
        label = self._label(value)
        return Unusable(NO_ALLOWED_ANSWER) if label is None else label

    def _number(self, value: object) -> float | Unusable:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return Unusable(MALFORMED)
        try:
            number = float(value)
        except (ValueError, OverflowError):
            return Unusable(NO_ALLOWED_ANSWER)
        is_allowed = self.answers.values[0] <= number <= self.answers.values[-1]
        return number if is_allowed and math.isfinite(number) else Unusable(NO_ALLOWED_ANSWER)

    def _labels(self, values: Sequence[object]) -> frozenset[int] | Unusable:
        if not all(isinstance(value, str) for value in values):
            return Unusable(MALFORMED)
        found = {str(value): self._label(str(value)) for value in values}
        unknown = [value for value, label in found.items() if label is None]
        if any(_normal(value) != NO_LABEL for value in unknown):
            return Unusable(NO_ALLOWED_ANSWER)
        return frozenset(label for label in found.values() if label is not None)

    def _label(self, value: str) -> int | None:
        """Its number: of the text itself or, if there is one only, of the text as it is spoken."""
        if value in self.answers.texts:
            return self.answers.texts.index(value)
        alike = [n for n, text in enumerate(self.answers.texts) if _normal(text) == _normal(value)]
        return alike[0] if len(alike) == 1 else None


def _normal(text: str) -> str:
    return " ".join(text.replace("_", " ").strip(_AROUND).casefold().split())


def _form_in(text: str) -> object | None:
    """The form that a model has written as text; None if the text is none."""
    bare = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    if not bare.startswith("{"):
        return None
    try:
        found: object = json.loads(bare)
    except (ValueError, RecursionError):
        return None
    return found
