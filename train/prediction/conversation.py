"""Answers the questions of another program, each a line of JSON.

{"rows": [[TEXT], ...]} is answered by {"given": [...], "probabilities": [[...], ...]}, whose
numbers have full precision, or by {"error": SENTENCE}. The first line that is written describes
the model: {"task", "labels", "is_pair"}.
"""

import json
from collections.abc import Iterable
from typing import Any, TextIO

from prediction.saved_folder import SavedModel


def converse(model: SavedModel, questions: Iterable[str], replies: TextIO) -> None:
    """Reply to every line until there are no more."""
    _say(
        replies,
        {"task": model.task.kind, "labels": model.task.labels, "is_pair": model.is_pair},
    )
    for question in questions:
        try:
            reply = _reply(model, json.loads(question)["rows"])
        except (ValueError, LookupError, TypeError, RuntimeError, MemoryError) as error:
            reply = {"error": " ".join(str(error).split()) or type(error).__name__}
        _say(replies, reply)


def _reply(model: SavedModel, rows: list[list[str]]) -> dict[str, Any]:
    if not all(isinstance(text, str) for row in rows for text in row):
        raise ValueError("a row holds something that is not a text")
    found = model.answers(rows)
    chances = found.probabilities
    return {
        "given": list(found.given),
        "probabilities": None if chances is None else chances.tolist(),
    }


def _say(replies: TextIO, content: dict[str, Any]) -> None:
    replies.write(json.dumps(content) + "\n")
    replies.flush()
