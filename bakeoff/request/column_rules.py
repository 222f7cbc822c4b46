"""The rules of a request about its columns: what is text, what is label, and of which task."""

from collections.abc import Iterator
from typing import Any

from bakeoff.errors import Problem
from bakeoff.metrics import TASKS, Task
from bakeoff.quoting import shown


def label_rules(document: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong with text, label, label_delimiter and positive_label together."""
    texts, labels = columns(document.get("text")), columns(document.get("label"))
    yield from _repeated_columns("text", document.get("text"))
    yield from _repeated_columns("label", document.get("label"))
    for label in labels:
        if label in texts:
            yield Problem(
                "label",
                f"The column {shown(label)} is named as text and as label.",
                "Name different columns.",
            )
    form = _multilabel_form(document, labels)
    if document.get("label_delimiter") is not None and len(labels) > 1:
        yield Problem(
            "label_delimiter",
            "A delimiter is for one column that holds several labels, and label names "
            f"{len(labels)} columns.",
            "Leave out label_delimiter, or name one column.",
        )
    yield from _task_rules(document, form)
    yield from _positive_label_rules(document, form)


def implied_task(document: dict[str, Any]) -> tuple[Task, str] | None:
    """The task that the request states, or that follows from how it names its labels; and, as the
    beginning of a sentence, that it is this one. None if only the data can tell."""
    task = document.get("task")
    if task is not None:
        return next(((each, f"The task is {each}") for each in TASKS if each == task), None)
    form = _multilabel_form(document, columns(document.get("label")))
    if form is not None:
        return "multilabel", f"The task is multilabel, as {form}"
    if document.get("positive_label") is not None:
        return "binary", "The task is binary, as positive_label is given"
    return None


def columns(value: object) -> list[str]:
    """The columns that `value`, one name or a list of them, names."""
    named = value if isinstance(value, list) else [value]
    return [name for name in named if isinstance(name, str)]


def _repeated_columns(field: str, value: object) -> Iterator[Problem]:
    named = columns(value)
    if not isinstance(value, list) or len(named) != len(value):
        return
    for index, name in enumerate(named):
        if name in named[:index]:
            yield Problem(
                f"{field}[{index}]",
                f"The column {shown(name)} is named more than once.",
                "Name each column once.",
            )


def _multilabel_form(document: dict[str, Any], labels: list[str]) -> str | None:
    """What makes the labels several per row; None if nothing that the request says."""
    if len(labels) > 1:
        return f"label names {len(labels)} columns"
    if document.get("label_delimiter") is not None:
        return "label_delimiter is given"
    return None


def _task_rules(document: dict[str, Any], form: str | None) -> Iterator[Problem]:
    task = document.get("task")
    if form is not None and task in TASKS and task != "multilabel":
        yield Problem(
            "task",
            f"The task is {task}, and {form}, which gives a row several labels.",
            "Leave out task, or give multilabel.",
        )


def _positive_label_rules(document: dict[str, Any], form: str | None) -> Iterator[Problem]:
    if document.get("positive_label") is None:
        return
    task = document.get("task")
    because = form
    if because is None and task in TASKS and task != "binary":
        because = f"the task is {task}"
    if because is not None:
        yield Problem(
            "positive_label",
            f"A positive label is one of two, and {because}.",
            "Leave it out.",
        )
