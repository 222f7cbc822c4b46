"""slices.json.gz: parts of the test rows on which candidates are compared, too."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Slice:
    """Test rows that share something."""

    kind: str
    """`value`, `range` of numbers, `other` (the values that have no slice of their own), or
    `missing`."""
    name: str
    """The value or the range; empty for `other` and `missing`."""
    rows: str
    """A bit for each test row, the first row's highest, in base64."""


@dataclass(frozen=True)
class Grouping:
    """What tells the slices apart; with several labels a row may be in several slices."""

    by: str
    """`text_length` (in characters), `label`, `target` (the number to predict) or `column`."""
    column: str | None
    """Named by the request; None unless `by` is `column`."""
    slices: list[Slice]


@dataclass(frozen=True)
class RowSlices:
    ids: str
    """The test rows' numbers in the split that they come from, 64-bit little-endian, in base64."""
    groupings: list[Grouping]
    schema_version: int = 1
