"""The names of slices in prose."""

from bakeoff.quoting import printable, shown
from bakeoff.summary.slices import Grouping, Slice

_MAX_CHARACTERS = 40

_NOUNS = {"text_length": "length in characters", "label": "label", "target": "number to predict"}


def grouping_name(grouping: Grouping) -> str:
    """What the rows are sliced by: the name of a column, or words for it."""
    if grouping.by == "column":
        return printable(grouping.column or "", _MAX_CHARACTERS)
    return _NOUNS[grouping.by]


def slice_name(part: Slice) -> str:
    """Its name under that of its grouping."""
    if part.kind in ("value", "range"):
        return printable(part.name, _MAX_CHARACTERS)
    return "other values" if part.kind == "other" else "no value"


def slice_phrase(grouping: Grouping, part: Slice) -> str:
    """Which rows it has: `country "de"`, `12 to 40 characters`, `other values of country`."""
    noun = grouping_name(grouping)
    if part.kind == "other":
        return f"other values of {noun}"
    if part.kind == "missing":
        return f"no {noun}"
    if grouping.by == "text_length":
        return f"{part.name} characters"
    name = part.name if part.kind == "range" else shown(part.name)
    return f"{noun} {printable(name, _MAX_CHARACTERS)}"
