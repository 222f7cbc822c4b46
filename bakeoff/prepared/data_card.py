"""data.json, the data card: what readers should know about the rows before they trust a comparison.

docs/data-card.md describes every member.
"""

from itertools import pairwise
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.partial_document import Count, Number, PartialDocument, Text

SCHEMA_VERSION = 1
QUANTILES = (0, 5, 25, 50, 75, 95, 99, 100)
"""In per cent."""

Distribution = dict[str, Number]
"""`mean`, and `p0` to `p100` for the QUANTILES."""
RowCounts = dict[str, Annotated[int, Field(strict=True)]]
"""Rows by split."""
Names = list[Annotated[str, Field(strict=True)]]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class GivenSplit(_Part):
    """A split of the data set before rows are dropped or drawn."""

    rows: Count = None
    repeated_rows: Count = None
    """Rows whose texts occur earlier in the split."""
    empty_rows: Count = None
    half_empty_rows: Count = None
    """Pairs with exactly one empty text; None for single texts."""
    lines: Count = None
    """Lines that the rows have in CSV files, without headers and blank lines."""


class LabelRows(_Part):
    label: Annotated[str, Field(strict=True)]
    rows: Annotated[int, Field(strict=True)]
    share: Annotated[float, Field(strict=True, allow_inf_nan=False)]
    """Share of the split's rows, 0 to 1."""


class UsedSplit(GivenSplit):
    """A split as it is used."""

    words: Distribution = Field(default_factory=dict)
    label_rows: list[LabelRows] = Field(default_factory=list)
    labels_per_row: Number = None
    """Multilabel only, like `rows_without_label`."""
    rows_without_label: Count = None
    label_values: Distribution = Field(default_factory=dict)
    """Regression only."""


class TokenLengths(_Part):
    """The rows of a split in tokens of one model."""

    tokens: Distribution = Field(default_factory=dict)
    """Before truncation."""
    truncated_share: Number = None
    """Share of rows longer than max_length, 0 to 1."""


class ModelLengths(_Part):
    max_length: Count = None
    """Tokens after which a row is truncated."""
    splits: dict[str, TokenLengths] = Field(default_factory=dict)


class LeakedRows(_Part):
    """Test rows that also occur in another split, by that split."""

    exact: RowCounts = Field(default_factory=dict)
    normalised: RowCounts = Field(default_factory=dict)
    """Equal after case, punctuation and white space are normalised."""


class DataCard(PartialDocument):
    file_name: ClassVar[str] = "data.json"

    schema_version: Count = SCHEMA_VERSION
    fingerprint: Text = None
    text_columns: Names = Field(default_factory=list)
    label_columns: Names = Field(default_factory=list)
    notes: Names = Field(default_factory=list)
    """Sentences on how files and labels were read, where they could be read in another way."""
    task: Text = None
    task_reason: Text = None
    labels: Names = Field(default_factory=list)
    positive_label: Text = None
    given: dict[str, GivenSplit] = Field(default_factory=dict)
    leaked_rows: LeakedRows = LeakedRows()
    """Before copies are dropped."""
    dropped_rows: RowCounts = Field(default_factory=dict)
    """Copies of test rows that were left out."""
    splits: dict[str, UsedSplit] = Field(default_factory=dict)
    leaked_rows_left: LeakedRows = LeakedRows()
    """Among the rows that are used."""
    models: dict[str, ModelLengths] = Field(default_factory=dict)
    """By candidate; baselines have no tokens and no entry."""
    ignored: str = ""
    """Not in the file: a sentence that names its members of the wrong type."""

    def with_note(self, sentence: str) -> Self:
        return self.model_copy(update={"ignored": sentence})

    def cut_share(self, candidate: str, split: str = "test") -> float | None:
        """The share of the split's rows that the candidate's model truncates, 0 to 1; None where
        it is not known."""
        model = self.models.get(candidate)
        lengths = model.splits.get(split) if model else None
        return lengths.truncated_share if lengths else None

    def tokens_per_row(self, candidate: str) -> float | None:
        """Mean length of the training rows, or of the test rows where there are none, after
        truncation: in tokens, for a baseline in words.

        None where it is not known.
        """
        model = self.models.get(candidate)
        if model is None:
            train = self.splits.get("train")
            return train.words.get("mean") if train else None
        lengths = model.splits.get("train") or model.splits.get("test")
        return _mean_cut_at(model.max_length, lengths.tokens) if lengths else None


def _mean_cut_at(limit: int | None, lengths: Distribution) -> float | None:
    """The mean of lengths with this distribution, each cut to the limit.

    It is estimated as the area under the quantiles, as a polygon.
    """
    mean, longest = lengths.get("mean"), lengths.get("p100")
    if mean is None or limit is None or longest is None or longest <= limit:
        return mean
    points = [lengths.get(f"p{quantile}") for quantile in QUANTILES]
    cut = [min(point, limit) for point in points if point is not None]
    if len(cut) < len(QUANTILES):
        return min(mean, limit)
    area = sum(
        (high - low) / 100 * (left + right) / 2
        for (low, high), (left, right) in zip(pairwise(QUANTILES), pairwise(cut), strict=True)
    )
    return min(mean, area)
