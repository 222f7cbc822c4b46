"""Chooses the rows of train, validation and test, by row number."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents.preparation_request import PreparationRequest
from labelling.labels import SplitLabels
from snapshot.repeated_texts import TextHashes, count_leaks, count_repeats
from snapshot.stratified import strata_of, stratified_draw
from source.data_problems import DataError

# Each draw has a random stream of its own, so that one setting does not change another's draw.
_STREAMS = ("test", "validation", "max_train_rows", "max_test_rows", "order")


@dataclass(frozen=True)
class DrawnRows:
    """Rows in order, given by their numbers among the used rows of a split of the source."""

    source: str
    numbers: NDArray[np.int64]

    def take(self, indices: NDArray[np.int64] | NDArray[np.bool_]) -> "DrawnRows":
        return DrawnRows(self.source, self.numbers[indices])

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True)
class Copies:
    """Counts of rows that occur twice in the data."""

    repeated: dict[str, int]
    """By split of the source: rows that occur earlier in the same split."""
    leaked: dict[str, dict[str, int]]
    """By "exact" or "normalised", then by other split: test rows that also occur there, before any
    row was dropped or a limit applied. Validation is counted if the source has it."""
    dropped: dict[str, int]
    """Rows dropped from train and validation because they occur exactly in test."""
    leaked_left: dict[str, dict[str, int]]
    """As `leaked`, among the rows that are used."""


def draw_rows(
    labels: Mapping[str, SplitLabels],
    num_labels: int,
    hashes: Mapping[str, TextHashes],
    request: PreparationRequest,
) -> tuple[dict[str, DrawnRows], Copies]:
    """Create missing splits, drop leaked rows, apply the limits and shuffle.

    Args:
        labels: of each split that the source has, of the rows that are used. Without train, no
            split is cut from it, and train and perhaps validation have no rows.
        num_labels: which train has to have, 0 in a regression.
        hashes: of the same rows.

    Raises DataError if too few rows are left.
    """
    return _Draw(labels, num_labels, hashes, request).run()


class _Draw:
    def __init__(
        self,
        labels: Mapping[str, SplitLabels],
        num_labels: int,
        hashes: Mapping[str, TextHashes],
        request: PreparationRequest,
    ) -> None:
        self._labels = labels
        self._num_labels = num_labels
        self._strata = {split: strata_of(values) for split, values in labels.items()}
        self._hashes = hashes
        self._request = request
        self._rng = {
            name: np.random.default_rng([request.split_seed, number])
            for number, name in enumerate(_STREAMS)
        }

    def run(self) -> tuple[dict[str, DrawnRows], Copies]:
        given = {
            split: DrawnRows(split, np.arange(len(values)))
            for split, values in self._labels.items()
        }
        if "train" not in given:
            none = given["test"].take(np.arange(0))
            given = {"validation": none, **given, "train": none}
        train, validation, test = given["train"], given.get("validation"), given.get("test")
        if test is None:
            count = max(1, round(self._request.test_fraction * len(train)))
            test, train = self._parted(train, count, "test")
        others = {"train": train} if validation is None else {**given, "train": train}
        others.pop("test", None)
        leaked = self._leaks(test, others)
        dropped = dict.fromkeys(others, 0)
        if self._request.drop_leaked:
            kept = {
                split: self._without_copies(split, rows, test) for split, rows in others.items()
            }
            dropped = {split: len(rows) - len(kept[split]) for split, rows in others.items()}
            train, validation = kept["train"], kept.get("validation")
        used = self._within_limits(train, validation, test)
        used = {name: self._mixed(rows) for name, rows in used.items()}
        left = self._leaks(used["test"], {s: used[s] for s in ("train", "validation")})
        repeated = {split: count_repeats(self._hashes[split].exact) for split in self._labels}
        return used, Copies(repeated, leaked, dropped, left)

    def _within_limits(
        self, train: DrawnRows, validation: DrawnRows | None, test: DrawnRows
    ) -> dict[str, DrawnRows]:
        most_train, most_test = self._request.max_train_rows, self._request.max_test_rows
        if most_test is not None and most_test < len(test):
            test = self._drawn(test, most_test, "max_test_rows")[0]
        if validation is None:
            # A share of the rows that will be used, so that it stays in proportion to train.
            share = self._request.validation_fraction
            used = len(train) if most_train is None else min(len(train), most_train / (1 - share))
            validation, train = self._parted(train, max(1, round(share * used)), "validation")
        if most_train is not None and most_train < len(train):
            train = self._drawn(train, most_train, "max_train_rows")[0]
            self._check_remains(
                train,
                "max_train_rows",
                f"With {most_train} training rows",
                "Allow more rows, so that there is one of each label.",
            )
        self._check_remains(
            train, "label", "After splits were cut from train", "Give more rows of each label."
        )
        return {"train": train, "validation": validation, "test": test}

    def _drawn(
        self, rows: DrawnRows, count: int, stream: str, leave: int = 0
    ) -> tuple[DrawnRows, DrawnRows]:
        """A stratified draw of `count` rows, and the rest."""
        strata = self._strata[rows.source][rows.numbers]
        drawn, rest = stratified_draw(strata, count, self._rng[stream], leave=leave)
        return rows.take(drawn), rows.take(rest)

    def _parted(self, rows: DrawnRows, count: int, stream: str) -> tuple[DrawnRows, DrawnRows]:
        """Rows drawn for another split, and those that stay, at least one of every stratum."""
        drawn, rest = self._drawn(rows, count, stream, leave=1)
        if len(drawn) == 0:
            raise DataError.of(
                "dataset.train",
                f"The {len(rows)} training rows are too few to cut validation and test from.",
                "Give more rows, or splits of their own.",
            )
        return drawn, rest

    def _mixed(self, rows: DrawnRows) -> DrawnRows:
        return rows.take(self._rng["order"].permutation(len(rows)))

    def _hashes_of(self, rows: DrawnRows) -> TextHashes:
        return self._hashes[rows.source].take(rows.numbers)

    def _leaks(self, test: DrawnRows, others: Mapping[str, DrawnRows]) -> dict[str, dict[str, int]]:
        hashes = {split: self._hashes_of(rows) for split, rows in others.items()}
        return count_leaks(self._hashes_of(test), hashes)

    def _without_copies(self, split: str, rows: DrawnRows, test: DrawnRows) -> DrawnRows:
        copies = np.isin(self._hashes_of(rows).exact, self._hashes_of(test).exact)
        kept = rows.take(~copies)
        if not len(rows):
            return kept
        remedy = f"Give {split} more rows of its own, or set drop_leaked to false."
        if len(kept) == 0:
            problem = f"All {len(rows)} rows of {split} also occur in test."
            raise DataError.of("drop_leaked", problem, remedy)
        if split == "train":
            before = f"Without the {len(rows) - len(kept)} rows that also occur in test"
            self._check_remains(kept, "drop_leaked", before, remedy)
        return kept

    def _check_remains(self, train: DrawnRows, field: str, when: str, remedy: str) -> None:
        if self._num_labels == 0 or "train" not in self._labels:
            return
        labels = self._labels["train"]
        present = (
            {label for number in train.numbers for label in labels[number]}
            if isinstance(labels, list)
            else np.unique(labels[train.numbers])
        )
        missing = self._num_labels - len(present)
        if missing:
            problem = f"{when} {missing} of {self._num_labels} labels have none."
            raise DataError.of(field, problem, remedy)
