"""Rows without a text: counts them in each split, and selects the rows to use."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snapshot.repeated_texts import TextHashes
from source.data_problems import DataError, Problem

# Beyond it, the column is probably the wrong one, or the file is broken.
_MOST_EMPTY_SHARE = 0.5


@dataclass(frozen=True)
class GivenRows:
    """Counts of rows in each split of the source, before any row is dropped.

    A text is empty if it is missing or only white space.
    """

    rows: dict[str, int]
    empty: dict[str, int]
    """Rows without any text; for pairs, both texts are empty."""
    half_empty: dict[str, int]
    """Pairs with exactly one empty text."""

    @classmethod
    def of(cls, hashes: Mapping[str, TextHashes], texts_per_row: int) -> "GivenRows":
        counts = {split: rows.num_texts for split, rows in hashes.items()}
        return cls(
            {split: len(texts) for split, texts in counts.items()},
            {split: int((texts == 0).sum()) for split, texts in counts.items()},
            {
                split: int(((texts > 0) & (texts < texts_per_row)).sum())
                for split, texts in counts.items()
            },
        )

    def check(self) -> None:
        """Raises DataError for splits in which most rows are empty."""
        problems = [
            Problem(
                "text",
                f"{empty} of {self.rows[split]} rows of {split} have an empty text.",
                "Name the column that holds the texts, or leave out rows without one.",
            )
            for split, empty in self.empty.items()
            if empty > _MOST_EMPTY_SHARE * self.rows[split]
        ]
        if problems:
            raise DataError(problems)


def used_rows(hashes: Mapping[str, TextHashes]) -> dict[str, NDArray[np.int64]]:
    """The numbers of the rows that are used.

    Nothing can be learnt from an empty row. Those of test stay, because a score covers all of test,
    and users may give the model such texts.
    """
    return {
        split: np.flatnonzero((rows.num_texts > 0) | (split == "test"))
        for split, rows in hashes.items()
    }
