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
        yield from _unknown_scale(draft, reason)
    are_read = any(reads_label_descriptions(method) for _, method in draft.methods)
    if draft.label_descriptions is not None and not are_read and draft.knows_all_methods:
        yield Problem(
            "label_descriptions",
            "No model reads descriptions of labels: they are for the methods zeroshot and prompt.",
            'Leave them out, or give a model "method": "zeroshot".',
        )
    yield from _described_alike(draft)
    yield from _undescribed(draft, [method for _, method in readers])


def _described_alike(draft: Draft) -> Iterator[Problem]:
    """Labels that no model could tell apart by what is said of them."""
    first: dict[str, str] = {}
    for label, description in (draft.label_descriptions or {}).items():
        words = " ".join(str(description).split())
        other = first.setdefault(words, label)
        if other != label:
            yield Problem(
                f"label_descriptions.{printable(label)}",
                f"{shown(description)} is what is said of the label {shown(other)}, too: one of "
                "them would never be given.",
                "Describe the two in different words.",
            )


def _unknown_scale(draft: Draft, reason: str) -> Iterator[Problem]:
    """Of models that are asked for a number."""
    for field, _, _ in draft.prompt_examples if draft.has_no_training_rows else []:
        yield Problem(
            f"{field}.method",
            f"{reason}: the method prompt chooses among numbers between the lowest and the highest "
            "of the training rows, and the data set has none.",
            "Give dataset.train with an S3 URI.",
        )


def _undescribed(draft: Draft, readers: list[str]) -> Iterator[Problem]:
    """Labels that are described in vain, or not described although the request has methods for
    which they must be.

    Args:
        readers: methods that read the names of labels whatever else there is.
    """
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
    without_examples = "prompt without examples" if _asks_without_examples(draft) else None
    method = next(iter(readers), without_examples)
    if method is not None and unclear:
        example = json.dumps({unclear[0]: "what such a text is about"}, ensure_ascii=False)
        yield Problem(
            "label_descriptions",
            f"The method {method} goes by the names of labels, and these are not words: "
            f"{_listed(unclear)}.",
            f"Say in words what they are: {printable(example)}.",
        )


def _asks_without_examples(draft: Draft) -> bool:
    """Whether some model has to find labels by what they are called, however it is asked."""
    return any(number == 0 or draft.has_no_training_rows for *_, number in draft.prompt_examples)


def _listed(labels: list[str]) -> str:
    more = f" and {len(labels) - _MOST_SHOWN} more" if len(labels) > _MOST_SHOWN else ""
    return ", ".join(map(shown, labels[:_MOST_SHOWN])) + more
