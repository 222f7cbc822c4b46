"""The rules of a request about its columns, and the task that they imply."""

from collections.abc import Iterator
from typing import Any

from bakeoff.errors import Problem
from bakeoff.metrics import TASKS, Task
from bakeoff.quoting import shown
from bakeoff.request.draft import Draft


def label_rules(draft: Draft) -> Iterator[Problem]:
    """Problems with text, label, label_delimiter and positive_label together."""
    texts, labels = _names(draft.text), _names(draft.label)
    yield from _repeated_columns("text", draft.text)
    yield from _repeated_columns("label", draft.label)
    for label in labels:
        if label in texts:
            yield Problem(
                "label",
                f"The column {shown(label)} is named as text and as label.",
                "Name different columns.",
            )
    yield from _slice_rules(draft, texts, labels)
    form = _multilabel_form(draft, labels)
    if draft.label_delimiter is not None and len(labels) > 1:
        yield Problem(
            "label_delimiter",
            "A delimiter is for one column with several labels, and label names "
            f"{len(labels)} columns.",
            "Leave out label_delimiter, or name one column.",
        )
    yield from _label_names_rules(draft, labels)
    yield from _task_rules(draft, form)
    yield from _positive_label_rules(draft, form)


def implied_task(draft: Draft) -> tuple[Task, str] | None:
    """The task that the request gives or implies, and the beginning of a sentence that says why.

    None if the task must be inferred from the data.
    """
    task = draft.task
    if task is not None:
        return next(((each, f"The task is {each}") for each in TASKS if each == task), None)
    form = _multilabel_form(draft, _names(draft.label))
    if form is not None:
        return "multilabel", f"The task is multilabel, as {form}"
    if draft.positive_label is not None:
        return "binary", "The task is binary, as positive_label is given"
    return None


def _names(columns: list[Any]) -> list[str]:
    return [name for name in columns if isinstance(name, str)]


def _repeated_columns(field: str, columns: list[Any]) -> Iterator[Problem]:
    if len(_names(columns)) != len(columns):
        return
    for index, name in enumerate(columns):
        if name in columns[:index]:
            yield Problem(
                f"{field}[{index}]",
                f"The column {shown(name)} is named more than once.",
                "Name each column once.",
            )


def _slice_rules(draft: Draft, texts: list[str], labels: list[str]) -> Iterator[Problem]:
    columns = draft.slices or []
    yield from _repeated_columns("slices", columns)
    for index, name in enumerate(columns):
        role = "text" if name in texts else "label" if name in labels else None
        if role is not None:
            yield Problem(
                f"slices[{index}]",
                f"The column {shown(name)} is named as {role}, too.",
                "Leave it out: rows are sliced by their text's length and by their label in any "
                "case.",
            )


def _multilabel_form(draft: Draft, labels: list[str]) -> str | None:
    """The reason why a row has several labels; None if the request gives none."""
    if len(labels) > 1:
        return f"label names {len(labels)} columns"
    if draft.label_delimiter is not None:
        return "label_delimiter is given"
    return None


def _label_names_rules(draft: Draft, labels: list[str]) -> Iterator[Problem]:
    named = draft.label_names
    if named is None:
        return
    if len(labels) > 1:
        yield Problem(
            "label_names",
            f"label_names are for one column of lists, and label names {len(labels)} columns.",
            "Leave out label_names: the columns' names are the labels'.",
        )
    texts = [str(name) for name in named]
    for index, name in enumerate(texts):
        if name in texts[:index]:
            yield Problem(
                f"label_names[{index}]",
                f"The label {shown(name)} is named more than once.",
                "Give each position a name of its own.",
            )


def _task_rules(draft: Draft, form: str | None) -> Iterator[Problem]:
    task = draft.task
    if form is not None and task in TASKS and task != "multilabel":
        yield Problem(
            "task",
            f"The task is {task}, and {form}, which gives a row several labels.",
            "Leave out task, or give multilabel.",
        )


def _positive_label_rules(draft: Draft, form: str | None) -> Iterator[Problem]:
    if draft.positive_label is None:
        return
    task = draft.task
    because = form
    if because is None and task in TASKS and task != "binary":
        because = f"the task is {task}"
    if because is not None:
        yield Problem(
            "positive_label",
            f"A positive label is one of two, and {because}.",
            "Leave it out.",
        )
