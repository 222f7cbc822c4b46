"""Writes tokenised rows as preparation does."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from snapshot.dataset_snapshot import LABEL_TYPES


def write_rows(
    path: Path,
    ids: Sequence[int],
    labels: Sequence[Any],
    encoded: dict[str, list[list[int]]],
    task: str,
) -> None:
    """`encoded` holds input_ids and, if the tokeniser returns them, token_type_ids."""
    columns = {
        "id": pa.array(ids, pa.int64()),
        **{name: pa.array(values, pa.list_(pa.int32())) for name, values in encoded.items()},
        "label": pa.array(labels, LABEL_TYPES[task]),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path, compression="zstd")
