"""Reads the columns by which test rows are sliced."""

import hashlib
import json
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.numerals import number_in
from source.raw_rows import RawRows

SliceValue = float | str | None
"""None if it is missing: null, not a number, or a text that is only white space."""

MAX_CHARACTERS = 100
# Of longer whole numbers, such as those of customers, a double's text may lack the last digits.
_LEAST_LONG = 1e15
# 007 and 01067 are names rather than numbers.
_LEADING_ZERO = re.compile(r"\s*[+-]?0\d")


def slice_values(
    rows: RawRows, names: Sequence[str], ids: NDArray[np.int64]
) -> dict[str, list[SliceValue]]:
    """By column the values of the rows with these numbers, in their order."""
    ordered = np.sort(ids)
    places = np.searchsorted(ordered, ids)
    found = {}
    for name in names:
        # One column at a time, as its values are shortened then.
        (stored,) = rows.take([name], ordered)
        values = [_value(value, rows.class_names.get(name)) for value in stored]
        found[name] = [values[place] for place in places]
    return found


def numbers_of(values: Sequence[SliceValue]) -> NDArray[np.float64] | None:
    """The values as numbers, NaN where they are missing; None if one is no number."""
    numbers: dict[SliceValue, float] = {None: math.nan}
    for value in set(values) - {None}:
        number = _number(value)
        if number is None:
            return None
        numbers[value] = number
    return np.array([numbers[value] for value in values])


def shown_value(value: float | str) -> str:
    return f"{value:.15g}" if isinstance(value, float) else value


def _number(value: SliceValue) -> float | None:
    """The number, which is written as a text in a CSV file."""
    if not isinstance(value, str):
        return value
    return None if _LEADING_ZERO.match(value) else number_in(value)


def _value(stored: Any, class_names: Sequence[str] | None) -> SliceValue:
    if isinstance(stored, bool):
        return str(stored).lower()
    if class_names is not None and isinstance(stored, int):
        return class_names[stored] if 0 <= stored < len(class_names) else None
    if isinstance(stored, int | float):
        number = _float(stored)
        if isinstance(stored, int) and _LEAST_LONG <= abs(number) < math.inf:
            return str(stored)
        return None if math.isnan(number) else number
    if stored is None or (isinstance(stored, str) and not stored.strip()):
        return None
    return _short(_json(stored) if isinstance(stored, list | dict) else str(stored))


def _float(number: float) -> float:
    """An integer may be too large for a double."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _short(text: str) -> str:
    """The text, or its beginning and a hash, so that long texts stay different.

    Half of a surrogate pair, which JSON may hold, is escaped, as it cannot be written as UTF-8.
    """
    if len(text) > MAX_CHARACTERS:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        text = f"{text[: MAX_CHARACTERS - 10]}… {digest}"
    return text.encode("utf-8", "backslashreplace").decode()
