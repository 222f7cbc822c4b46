"""The data set as every candidate sees it: fixed rows in a fixed order, with a fingerprint."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from documents.preparation_request import PreparationRequest
from documents.row_slices import RowSlices
from labelling.label_values import LabelValues
from labelling.labels import Labels, SplitLabels
from labelling.task_inference import MULTILABEL
from snapshot.empty_rows import GivenRows
from snapshot.repeated_texts import text_of
from snapshot.row_draws import Copies, DrawnRows, draw_rows
from snapshot.row_slices import read_row_slices, row_slices, write_row_slices
from snapshot.slice_values import slice_values
from snapshot.text_and_label import find_columns, slice_problems
from snapshot.usable_rows import UsableRows, usable_rows
from source.data_problems import DataError, Problem
from source.raw_rows import RawRows
from source.source_splits import SPLITS, Source, leading

SCHEMA_VERSION = 5
"""Version of the file format and of the sampling; snapshots of other versions are not reused."""

SHAPING_FIELDS = (
    "text",
    "label",
    "slices",
    "label_delimiter",
    "label_names",
    "task",
    "positive_label",
    "drop_leaked",
    "max_train_rows",
    "max_test_rows",
    "validation_fraction",
    "test_fraction",
    "split_seed",
)
"""The request's fields that, with the source, determine a snapshot's content."""

LABEL_TYPES = {
    "binary": pa.int64(),
    "multiclass": pa.int64(),
    "multilabel": pa.list_(pa.int32()),
    "regression": pa.float64(),
}


@dataclass(frozen=True)
class Split:
    """Rows in their final order; `ids` are their row numbers in the split that they come from."""

    ids: NDArray[np.int64]
    texts: list[str]
    text_pairs: list[str] | None
    """The second texts, if the rows are pairs."""
    labels: SplitLabels

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """(rows,) the characters of each row, in both texts of a pair."""
        lengths = np.array([len(text) for text in self.texts], dtype=np.int64)
        if self.text_pairs is not None:
            lengths += np.array([len(text) for text in self.text_pairs], dtype=np.int64)
        return lengths


@dataclass(frozen=True)
class Snapshot:
    """The three splits, and facts about them."""

    splits: dict[str, Split]
    labels: Labels
    text_columns: list[str]
    label_columns: list[str]
    given: GivenRows
    copies: Copies
    fingerprint: str
    """See `fingerprint_of`."""
    lines: dict[str, int]
    """By split of the source, of CSV: see RawRows.num_lines."""
    notes: list[str]
    """Sentences on how files and labels were read, where they could be read in another way."""
    slices: RowSlices
    """Of the test rows."""

    @property
    def rows(self) -> dict[str, int]:
        return {split: len(rows) for split, rows in self.splits.items()}

    @property
    def dropped(self) -> dict[str, int]:
        """Rows dropped from train and validation because they also occur in test."""
        return self.copies.dropped


def fingerprint_of(labels: Labels, splits: Mapping[str, Split]) -> str:
    """sha256 of labels and rows, in order; equal for equal rows from any file."""
    digest = hashlib.sha256("\0".join([labels.task, *labels.names]).encode())
    for split in SPLITS:
        rows = splits[split]
        digest.update(f"\n{split} {len(rows)}\n".encode())
        digest.update(rows.ids.tobytes())
        if isinstance(rows.labels, np.ndarray):
            digest.update(rows.labels.tobytes())
        else:
            digest.update(json.dumps(rows.labels).encode())
        for texts in (rows.texts, rows.text_pairs or ()):
            for text in texts:
                digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def take_snapshot(source: Source, request: PreparationRequest) -> Snapshot:
    """Check the rows, cut what splits are missing, draw and order the rows.

    Raises DataError with every problem found.
    """
    columns = find_columns(source.splits, request.text, request.label, request.slices)
    given, notes = _labelled(source, columns.labels)
    rows = {split: source.splits[split] for split in given}
    if problems := slice_problems(rows, request.slices, columns):
        raise DataError(problems)
    usable = usable_rows(rows, given, columns, request)
    labels = usable.labels
    drawn, copies = draw_rows(usable.values, len(labels.names), usable.hashes, request)
    if labels.task == MULTILABEL and not len(drawn["validation"]):
        raise DataError.of(
            "dataset.validation",
            "Rows may have several labels, and there are no validation rows to choose the "
            "probability by from which a label is given.",
            "Give dataset.validation with some labelled rows.",
        )
    splits = _read(rows, columns.texts, drawn, usable)
    read = [f"{split}: {note}" for split, found in rows.items() for note in found.notes]
    return Snapshot(
        splits,
        labels,
        columns.texts,
        columns.labels,
        usable.given,
        copies,
        fingerprint_of(labels, splits),
        {split: found.num_lines for split, found in rows.items() if found.num_lines is not None},
        [*read, *notes, *labels.notes],
        _slices(rows[drawn["test"].source], splits["test"], labels, request.slices),
    )


def _slices(rows: RawRows, test: Split, labels: Labels, columns: Sequence[str]) -> RowSlices:
    """`rows` are those of the split that the test rows come from."""
    values = slice_values(rows, columns, test.ids)
    return row_slices(test.ids, test.lengths, labels, test.labels, values)


def _read(
    rows: Mapping[str, RawRows],
    columns: Sequence[str],
    drawn: Mapping[str, DrawnRows],
    usable: UsableRows,
) -> dict[str, Split]:
    """Read the drawn rows in one pass over each split of the source."""
    splits = {}
    for source in dict.fromkeys(part.source for part in drawn.values()):
        parts = {name: part.numbers for name, part in drawn.items() if part.source == source}
        wanted = np.unique(np.concatenate(list(parts.values())))
        places = usable.numbers[source]
        texts = [
            [text_of(value) for value in column]
            for column in rows[source].take(columns, places[wanted])
        ]
        for name, numbers in parts.items():
            chosen = [
                [column[index] for index in np.searchsorted(wanted, numbers)] for column in texts
            ]
            values = usable.values[source]
            own = (
                [values[number] for number in numbers]
                if isinstance(values, list)
                else values[numbers]
            )
            pairs = chosen[1] if chosen[1:] else None
            splits[name] = Split(places[numbers], chosen[0], pairs, own)
    return {name: splits[name] for name in SPLITS}


def write_snapshot(snapshot: Snapshot, folder: Path) -> None:
    """Write SPLIT.parquet (id, text, text_pair for pairs, label), the slices of test and, last,
    snapshot.json."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in snapshot.splits.items():
        columns = {
            "id": pa.array(rows.ids, pa.int64()),
            "text": pa.array(rows.texts, pa.string()),
        }
        if rows.text_pairs is not None:
            columns["text_pair"] = pa.array(rows.text_pairs, pa.string())
        columns["label"] = pa.array(rows.labels, LABEL_TYPES[snapshot.labels.task])
        pq.write_table(pa.table(columns), folder / f"{name}.parquet", compression="zstd")
    write_row_slices(snapshot.slices, folder)
    facts = {
        "schema_version": SCHEMA_VERSION,
        "labels": asdict(snapshot.labels),
        "text_columns": snapshot.text_columns,
        "label_columns": snapshot.label_columns,
        "given": asdict(snapshot.given),
        "copies": asdict(snapshot.copies),
        "fingerprint": snapshot.fingerprint,
        "lines": snapshot.lines,
        "notes": snapshot.notes,
    }
    (folder / "snapshot.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


def read_snapshot(folder: Path) -> Snapshot:
    """Read a snapshot that `write_snapshot` has written."""
    facts = json.loads((folder / "snapshot.json").read_text(encoding="utf-8"))
    if facts.pop("schema_version") != SCHEMA_VERSION:
        raise ValueError(f"{folder} holds a snapshot of another version")
    labels = Labels(**facts.pop("labels"))
    given, copies = GivenRows(**facts.pop("given")), Copies(**facts.pop("copies"))
    splits = dict(StoredSplits(folder, labels.task))
    slices = read_row_slices(folder)
    return Snapshot(
        splits=splits, labels=labels, given=given, copies=copies, slices=slices, **facts
    )


class StoredSplits(Mapping[str, Split]):
    """The splits of a snapshot in `folder`, each of which is read when it is asked for."""

    def __init__(self, folder: Path, task: str) -> None:
        self._folder = folder
        self._task = task

    def __getitem__(self, split: str) -> Split:
        return _read_split(self._folder / f"{split}.parquet", self._task)

    def __iter__(self) -> Iterator[str]:
        return iter(SPLITS)

    def __len__(self) -> int:
        return len(SPLITS)


def _read_split(path: Path, task: str) -> Split:
    table = pq.read_table(path)
    label = table["label"]
    return Split(
        table["id"].to_numpy(),
        table["text"].to_pylist(),
        table["text_pair"].to_pylist() if "text_pair" in table.column_names else None,
        label.to_pylist() if task == "multilabel" else label.to_numpy(),
    )


def _labelled(source: Source, columns: Sequence[str]) -> tuple[dict[str, LabelValues], list[str]]:
    """The usable splits, and notes on the others: an unlabelled split counts as missing, unless
    the request names it."""
    given = {split: LabelValues.read(rows, columns) for split, rows in source.splits.items()}
    secret = {split for split, labels in given.items() if labels.is_unlabelled}
    secret -= {leading(given)}
    named = sorted(secret & source.named)
    if named:
        raise DataError(
            [
                Problem(
                    f"dataset.{split}",
                    f"The rows of the {split} split have no labels.",
                    "Name a labelled split, or none: it is then cut from train.",
                )
                for split in named
            ]
        )
    instead = "cut from train instead" if "train" in given else "left out"
    notes = [f"{split} has no labels, so it was {instead}." for split in sorted(secret)]
    return {split: labels for split, labels in given.items() if split not in secret}, notes
