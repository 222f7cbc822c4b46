"""The rows of one split, tokenised and not padded, as Parquet and as a torch dataset."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from torch.utils.data import Dataset

from scoring.task import Task

SPLITS = ("train", "validation", "test")

# Sequences that some tokenisers give beside input_ids; the attention mask is made when padding.
OPTIONAL_COLUMNS = ("token_type_ids",)


# How a label is stored: the class's number, those of several classes, or a measured number.
LABEL_TYPES = {
    "binary": pa.int64(),
    "multiclass": pa.int64(),
    "multilabel": pa.list_(pa.int32()),
    "regression": pa.float64(),
}


def write_rows(
    path: Path,
    ids: Sequence[int],
    labels: Sequence[Any],
    encoded: dict[str, list[list[int]]],
    task: str = "binary",
) -> None:
    """`encoded` holds input_ids and whichever of OPTIONAL_COLUMNS the tokeniser gave."""
    columns = {
        "id": pa.array(ids, pa.int64()),
        **{name: pa.array(values, pa.list_(pa.int32())) for name, values in encoded.items()},
        "label": pa.array(labels, LABEL_TYPES[task]),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path, compression="zstd")


class TokenisedRows(Dataset[dict[str, Any]]):
    """Rows in the order of the file, as the Trainer's collator wants them.

    `labels` are those of all rows, in the shape that Task says; `lengths` (rows,) are in tokens.
    """

    def __init__(self, path: Path, task: Task) -> None:
        table = pq.read_table(path)
        self.ids = table["id"].to_numpy()
        self.labels = task.labels_from(table["label"])
        self._sequences = {
            name: _ragged(table[name])
            for name in ("input_ids", *OPTIONAL_COLUMNS)
            if name in table.column_names
        }
        self.lengths = np.diff(self._sequences["input_ids"][1])

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def mean_length(self) -> float:
        """In tokens, as they were cut."""
        return float(self.lengths.mean())

    def __getitem__(self, index: int) -> dict[str, Any]:
        row: dict[str, Any] = {
            name: values[offsets[index] : offsets[index + 1]].tolist()
            for name, (values, offsets) in self._sequences.items()
        }
        row["labels"] = self.labels[index].tolist()
        return row


def _ragged(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Values and row offsets: a list of Python integers would take ten times the memory."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    return array.values.to_numpy(zero_copy_only=False), array.offsets.to_numpy()
