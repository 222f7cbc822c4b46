"""Rows without a text: how many each split has, and which rows are used."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snapshot.repeated_texts import TextHashes
from source.data_problems import DataError, Problem

# Beyond it the column is hardly the one that was meant, or the file is broken.
_MOST_EMPTY_SHARE = 0.5


@dataclass(frozen=True)
class GivenRows:
    """Of each split that the source has, before any row is left out.

    A text is empty if it is missing, or nothing but white space.
    """

    rows: dict[str, int]
    empty: dict[str, int]
    """Rows with no text at all, of pairs neither of the two."""
    half_empty: dict[str, int]
    """Of pairs rows with one of the two."""

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
        """Raises DataError for splits that are mostly empty rows."""
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

    From an empty row nothing can be learnt. Those of test stay: a score is of all of test, and
    whoever uses the model may give it such a text.
    """
    return {
        split: np.flatnonzero((rows.num_texts > 0) | (split == "test"))
        for split, rows in hashes.items()
    }
