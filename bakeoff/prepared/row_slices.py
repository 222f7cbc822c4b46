"""slices.json.gz: parts of the test rows on which candidates are compared, too."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from bakeoff.documents import Document


class Slice(BaseModel):
    """Test rows that share something."""

    model_config = ConfigDict(frozen=True, strict=True)

    kind: Literal["value", "range", "other", "missing"]
    name: str
    rows: str
    """A bit for each test row, the first row's highest, in base64."""


class Grouping(BaseModel):
    """What tells the slices apart; with several labels a row may be in several slices."""

    model_config = ConfigDict(frozen=True, strict=True)

    by: Literal["text_length", "label", "target", "column"]
    column: str | None
    """None unless `by` is `column`."""
    slices: list[Slice]


class RowSlices(Document):
    """The slices of the test rows, as PrepareData has made them."""

    schema_version: Literal[1]
    ids: str
    """The test rows' numbers in the split that they come from, 64-bit little-endian, in base64."""
    groupings: list[Grouping]
