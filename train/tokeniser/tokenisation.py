"""Tokenises every split for one model, and writes the tokens batch by batch without padding."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from model.model_tokenizer import is_slow, load_tokenizer
from snapshot.dataset_snapshot import LABEL_TYPES, Split
from tokeniser.literal_tokens import literal_tokens_warning
from tokeniser.shared_tokens import SharedTokens
from tokeniser.text_tokens import TextTokens, TokenBatch
from tokeniser.token_files import LENGTHS, NOTES, Lengths

ROWS_PER_BATCH = 2000
_CHARACTERS_PER_BATCH = 4_000_000
_TOKENS_PER_GROUP = 4_000_000
# Starting a process takes as long as tokenising some thousand rows with a slow tokeniser.
ROWS_WORTH_PROCESSES = 10_000

Batch = tuple[list[str], list[str] | None]


def tokenise(
    model: Path,
    splits: Mapping[str, Split],
    length: int,
    folder: Path,
    *,
    task: str,
    workers: int = 1,
    allow_remote_code: bool = False,
    on_batch: Callable[[], None] = lambda: None,
) -> Lengths:
    """Write SPLIT.parquet for each split, in the order of its rows, LENGTHS and NOTES.

    `model` is a folder with a tokeniser. The files are the same for any number of `workers`, which
    are for tokenisers written in Python; those of the tokenizers library have their own threads.
    `on_batch` is called after each batch of some thousand rows.

    Raises ModelError, or text_tokens.NoRoomError if nothing of a text would be left.
    """
    tokenizer = load_tokenizer(model, allow_remote_code=allow_remote_code)
    shared = (
        is_slow(tokenizer)
        and workers > 1
        and sum(map(len, splits.values())) >= ROWS_WORTH_PROCESSES
    )
    folder.mkdir(parents=True, exist_ok=True)
    lengths: Lengths = {}
    tokens = (
        SharedTokens(model, length, workers, allow_remote_code)
        if shared
        else TextTokens(tokenizer, length)
    )
    with tokens:
        for name, rows in splits.items():
            path = folder / f"{name}.parquet"
            batches = _told(tokens.batches(_batches(rows)), on_batch)
            lengths[name] = _write(path, rows, batches, LABEL_TYPES[task])
    arrays: dict[str, Any] = dict(lengths)
    np.savez_compressed(folder / LENGTHS, **arrays)
    literal = literal_tokens_warning(tokenizer, _columns(splits))
    (folder / NOTES).write_text(json.dumps([] if literal is None else [literal]), encoding="utf-8")
    return lengths


def _told(batches: Iterable[TokenBatch], on_batch: Callable[[], None]) -> Iterator[TokenBatch]:
    for batch in batches:
        on_batch()
        yield batch


def _columns(splits: Mapping[str, Split]) -> Iterator[list[str]]:
    for rows in splits.values():
        yield rows.texts
        if rows.text_pairs is not None:
            yield rows.text_pairs


def _batches(rows: Split) -> Iterator[Batch]:
    start, characters = 0, 0
    for row, text in enumerate(rows.texts):
        characters += len(text) + (0 if rows.text_pairs is None else len(rows.text_pairs[row]))
        end = row + 1
        is_full = end - start >= ROWS_PER_BATCH or characters >= _CHARACTERS_PER_BATCH
        if is_full or end == len(rows):
            pairs = None if rows.text_pairs is None else rows.text_pairs[start:end]
            yield rows.texts[start:end], pairs
            start, characters = end, 0


def _write(
    path: Path, rows: Split, batches: Iterable[TokenBatch], label_type: pa.DataType
) -> NDArray[np.int32]:
    """Write a split's tokens; returns the rows' lengths before truncation."""
    lengths = [np.zeros(0, np.int32)]
    group: list[pa.Table] = []
    writer: pq.ParquetWriter | None = None
    start = num_tokens = 0
    for batch in batches:
        end = start + len(batch.kept)
        table = _table(rows, slice(start, end), batch, label_type)
        lengths.append(batch.lengths.astype(np.int32))
        group.append(table)
        start, num_tokens = end, num_tokens + len(batch.tokens)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        if num_tokens >= _TOKENS_PER_GROUP or end == len(rows):
            writer.write_table(pa.concat_tables(group))
            group, num_tokens = [], 0
    if writer is not None:
        writer.close()
    return np.concatenate(lengths)


def _table(rows: Split, part: slice, batch: TokenBatch, label_type: pa.DataType) -> pa.Table:
    offsets = np.concatenate([[0], np.cumsum(batch.kept)]).astype(np.int32)
    columns = {
        "id": pa.array(rows.ids[part], pa.int64()),
        "input_ids": pa.ListArray.from_arrays(offsets, batch.tokens),
    }
    if batch.types is not None:
        columns["token_type_ids"] = pa.ListArray.from_arrays(offsets, batch.types)
    columns["label"] = pa.array(rows.labels[part], label_type)
    return pa.table(columns)
