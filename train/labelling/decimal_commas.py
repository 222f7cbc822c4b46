"""Numbers to predict that are written with a decimal comma, as 3,5."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from labelling.label_spellings import same_numbers
from labelling.label_values import LabelValues
from source.data_problems import DataError
from source.numerals import number_in
from source.source_splits import leading

_LIKE_A_NUMBER = re.compile(r"[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?", re.ASCII)
_WITH_COMMA = re.compile(r"[+-]?\d+(?:,(\d+))?", re.ASCII)
# As many digits as a group of them has: 1,234 may be a thousand or one and a bit.
_GROUP_DIGITS = 3


def with_points(
    splits: Mapping[str, LabelValues], task: str | None
) -> tuple[dict[str, LabelValues], list[str]]:
    """The splits with decimal points, if their numbers certainly have decimal commas; and notes.

    Raises DataError if the commas can be read in two ways.
    """
    train = splits[leading(splits)]
    texts = {value.strip() for value in train.values if isinstance(value, str) and value.strip()}
    others = any(not isinstance(value, str | None) for value in train.values)
    if len(train.columns) > 1 or others or task not in (None, "regression"):
        return dict(splits), []
    commas = sorted(text for text in texts if "," in text)
    if not commas or not all(_LIKE_A_NUMBER.fullmatch(text) for text in texts):
        return dict(splits), []
    found = [_WITH_COMMA.fullmatch(text) for text in texts]
    decimals = [match[1] for match in found if match and match[1]]
    if None in found or all(len(digits) == _GROUP_DIGITS for digits in decimals):
        problem = (
            f"The column {train.column!r} has numbers with commas, such as {commas[0]!r}, which "
            "may separate decimals or groups of digits."
        )
        remedy = (
            'Write them with a decimal point and no other sign, as 1234.5; or give "task": '
            '"multiclass" if they are names of classes.'
        )
        raise DataError.of("label", problem, remedy)
    if task is None and (same := same_numbers({_pointed(text) for text in texts})):
        listed = " and ".join(text.replace(".", ",") for text in same[:2])
        note = (
            f"As numbers with decimal commas, {listed} would be the same, so the labels in "
            f"{train.column!r} stay texts. If they are numbers, give "
            '"task": "regression".'
        )
        return dict(splits), [note]
    note = (
        f"The numbers in {train.column!r} have decimal commas: {commas[0]} was read as "
        f"{_pointed(commas[0])}."
    )
    read = {
        split: replace(labels, columns={labels.column: list(map(_pointed, labels.values))})
        for split, labels in splits.items()
    }
    return read, [note]


def _pointed(value: Any) -> Any:
    if not isinstance(value, str) or number_in(value) is not None:
        return value
    return value.replace(",", ".") if _WITH_COMMA.fullmatch(value.strip()) else value
