"""The rules of methods that know labels by their names, and of `label_descriptions`."""

import json
from collections.abc import Iterator

from bakeoff.errors import Problem
from bakeoff.methods import reads_label_descriptions, reads_label_names
from bakeoff.quoting import printable, shown
from bakeoff.request.column_rules import implied_task
from bakeoff.request.draft import Draft
from bakeoff.request.label_words import says_something

_MOST_SHOWN = 5


def label_name_rules(draft: Draft) -> Iterator[Problem]:
    """What holds between methods, labels and their descriptions, as far as labels are known."""
    readers = [(field, method) for field, method in draft.methods if reads_label_names(method)]
    task, reason = implied_task(draft) or (None, "")
    if task == "regression":
        for field, method in readers:
            yield Problem(
                f"{field}.method",
                f"{reason}: the method {method} goes by the names of labels, and numbers have "
                "none.",
                "Give another method, such as frozen.",
            )
    are_read = any(reads_label_descriptions(method) for _, method in draft.methods)
    if draft.label_descriptions is not None and not are_read and draft.knows_all_methods:
        yield Problem(
            "label_descriptions",
            "No model reads descriptions of labels: they are for the methods zeroshot and prompt.",
            'Leave them out, or give a model "method": "zeroshot".',
        )
    yield from _undescribed(draft, bool(readers))


def _undescribed(draft: Draft, are_read: bool) -> Iterator[Problem]:
    labels = draft.known_labels
    described = draft.label_descriptions or {}
    if not labels:
        return
    for label in [each for each in described if each not in set(labels)]:
        yield Problem(
            f"label_descriptions.{printable(label)}",
            f"There is no label {shown(label)}.",
            f"The labels are {_listed(labels)}.",
        )
    unclear = [each for each in labels if each not in described and not says_something(each)]
    if are_read and unclear:
        example = json.dumps({unclear[0]: "what such a text is about"}, ensure_ascii=False)
        yield Problem(
            "label_descriptions",
            f"The method zeroshot goes by the names of labels, and these are no words: "
            f"{_listed(unclear)}.",
            f"Say in words what they are: {printable(example)}.",
        )


def _listed(labels: list[str]) -> str:
    more = f" and {len(labels) - _MOST_SHOWN} more" if len(labels) > _MOST_SHOWN else ""
    return ", ".join(map(shown, labels[:_MOST_SHOWN])) + more
