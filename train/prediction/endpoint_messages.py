"""What an endpoint is asked and what it answers, as JSON or as JSON Lines.

JSON: `{"inputs": TEXT}`, or `{"inputs": [TEXT, ...]}` for several rows; a row of a pair is
`[TEXT, TEXT]`. JSON Lines: one such object for each row. The answer is a list with an object for
each row, or a line for each.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from scoring.answers import Answers
from scoring.task import Task

JSON = "application/json"
JSON_LINES = ("application/jsonlines", "application/x-jsonlines", "application/x-ndjson")

MOST_ROWS = 1000
MOST_BYTES = 6_000_000
_INPUTS = "inputs"

Row = list[str]
"""One text, or two of a pair."""


class BadQuestionError(Exception):
    """The question cannot be answered; the message says what is allowed."""


def question_of(body: bytes | str, content_type: str | None, *, is_pair: bool) -> list[Row]:
    """The rows to answer. Raises BadQuestionError."""
    kind = _kind_of(content_type or JSON)
    size = len(body.encode() if isinstance(body, str) else body)
    if size > MOST_BYTES:
        raise BadQuestionError(
            f"The question has {size:,} bytes; {MOST_BYTES:,} are allowed: send fewer rows."
        )
    if kind == JSON:
        rows = _rows(_inputs(_parsed(body, "The question")), is_pair=is_pair)
    else:
        rows = _rows_of_lines(body, is_pair=is_pair)
    if len(rows) > MOST_ROWS:
        raise BadQuestionError(
            f"The question has {len(rows):,} rows; {MOST_ROWS:,} are allowed: send several."
        )
    return rows


def answer_kind(accept: str | None) -> str:
    """The content type of the answer: JSON unless another is wanted.

    Raises BadQuestionError if it is neither JSON nor JSON Lines.
    """
    kind = (accept or JSON).partition(";")[0].strip().lower()
    if kind in ("*/*", JSON):
        return JSON
    if kind in JSON_LINES:
        return kind
    raise BadQuestionError(
        f"An answer of the type {accept!r} is wanted; {JSON} and {JSON_LINES[0]} are possible."
    )


def answer_text(task: Task, found: Answers, kind: str) -> str:
    """The answers as JSON or JSON Lines.

    Of a row: `label` and `probabilities`; of several labels `labels` and `probabilities`; of a
    regression `value`.
    """
    rows = [
        _answer(task, given, None if found.probabilities is None else found.probabilities[place])
        for place, given in enumerate(found.given)
    ]
    if kind == JSON:
        return json.dumps(rows, ensure_ascii=False, allow_nan=False)
    return "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)


def _answer(task: Task, given: Any, chances: Any) -> Mapping[str, Any]:
    if task.is_regression:
        return {"value": given}
    by_label = dict(zip(task.labels, map(float, chances), strict=True))
    return {"labels" if task.is_multilabel else "label": given, "probabilities": by_label}


def _kind_of(content_type: str) -> str:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == JSON or kind in JSON_LINES:
        return kind
    raise BadQuestionError(
        f"The question's content type is {content_type!r}; {JSON} and {JSON_LINES[0]} are allowed."
    )


def _rows_of_lines(body: bytes | str, *, is_pair: bool) -> list[Row]:
    lines = (body if isinstance(body, str) else _text(body)).split("\n")
    rows: list[Row] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            given = _inputs(_parsed(line, f"Line {number}"), f"Line {number}")
            rows.append(_row(given, f"Line {number}", is_pair=is_pair))
    return rows


def _parsed(body: bytes | str, where: str) -> Any:
    try:
        return json.loads(body if isinstance(body, str) else _text(body))
    except (ValueError, RecursionError) as error:
        raise BadQuestionError(f"{where} is not JSON: {error}") from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadQuestionError(f"The question is not in UTF-8: {error}.") from error


def _inputs(question: Any, where: str = "The question") -> Any:
    if not isinstance(question, dict) or list(question) != [_INPUTS]:
        raise BadQuestionError(f'{where} must be an object with "{_INPUTS}" and nothing else.')
    return question[_INPUTS]


def _rows(inputs: Any, *, is_pair: bool) -> list[Row]:
    """Two texts are one pair, as several pairs are lists of their own."""
    is_single = isinstance(inputs, str) or (is_pair and _are_texts(inputs) and len(inputs) > 0)
    if is_single:
        return [_row(inputs, _INPUTS, is_pair=is_pair)]
    if not isinstance(inputs, list):
        raise BadQuestionError(f"{_INPUTS} must be {_wanted(is_pair)}, or a list of such rows.")
    return [_row(row, f"{_INPUTS}[{number}]", is_pair=is_pair) for number, row in enumerate(inputs)]


def _row(given: Any, where: str, *, is_pair: bool) -> Row:
    if not is_pair and isinstance(given, str):
        return [given]
    if is_pair and _are_texts(given) and len(given) == 2:
        return list(given)
    raise BadQuestionError(f"{where} must be {_wanted(is_pair)}.")


def _are_texts(given: Any) -> bool:
    return (
        isinstance(given, Sequence)
        and not isinstance(given, str)
        and all(isinstance(text, str) for text in given)
    )


def _wanted(is_pair: bool) -> str:
    return "a pair of texts, [TEXT, TEXT]" if is_pair else "a text"
