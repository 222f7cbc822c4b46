"""The rows of one split, tokenised and not padded, as a torch dataset."""

from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from torch.utils.data import Dataset

from scoring.task import Task
from training_data.token_columns import OPTIONAL_COLUMNS


class TokenisedRows(Dataset[dict[str, Any]]):
    """Rows in the order of the file, as the Trainer's collator needs them.

    `labels` holds all rows' labels in the shape described in Task; `lengths` (rows,) are in tokens.
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

    def only(self, chosen: np.ndarray) -> "TokenisedRows":
        """Some of the rows; `chosen` (rows,) says which."""
        part = copy(self)
        part.ids, part.labels = self.ids[chosen], self.labels[chosen]
        part.lengths = self.lengths[chosen]
        offsets = np.append(0, np.cumsum(part.lengths))
        tokens = np.repeat(chosen, self.lengths)
        part._sequences = {
            name: (values[begins[0] : begins[-1]][tokens], offsets)
            for name, (values, begins) in self._sequences.items()
        }
        return part

    @property
    def mean_length(self) -> float:
        """The mean length of the truncated texts in tokens."""
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
