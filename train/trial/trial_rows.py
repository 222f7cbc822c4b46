"""The few rows on which a model is tried: those at the limits of what it will be given."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from training_data.text_rows import SPLITS
from training_data.token_columns import OPTIONAL_COLUMNS
from trial.trial_file import TRIAL_ROWS


def write_trial_rows(folder: Path) -> None:
    """Choose them from the tokenised splits in `folder`, and write them there.

    They are the longest and the shortest row, and those with the highest token and token type.
    """
    # A split without rows has no file.
    paths = [path for split in SPLITS if (path := folder / f"{split}.parquet").exists()]
    tables = [_extremes(pq.read_table(path)) for path in paths]
    pq.write_table(_extremes(pa.concat_tables(tables)), folder / TRIAL_ROWS)


def highest(rows: Sequence[Sequence[int]]) -> int:
    """The highest number in the rows; -1 if there is none."""
    return max((number for row in rows for number in row), default=-1)


def _extremes(table: pa.Table) -> pa.Table:
    if not table.num_rows:
        return table
    names = [name for name in ("input_ids", *OPTIONAL_COLUMNS) if name in table.column_names]
    columns = [pa.chunked_array(table[name].chunks).combine_chunks() for name in names]
    lengths = np.diff(columns[0].offsets.to_numpy())
    chosen = {int(lengths.argmax()), int(lengths.argmin()), *map(_row_of_highest, columns)}
    return table.take(pa.array(sorted(chosen)))


def _row_of_highest(lists: pa.ListArray) -> int:
    values, offsets = lists.values.to_numpy(), lists.offsets.to_numpy()
    return int(np.searchsorted(offsets, values.argmax(), side="right")) - 1 if len(values) else 0
