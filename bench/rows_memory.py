"""The memory that PrepareData's snapshot of a large file takes.

    python -m bench.rows_memory --megabytes 500 --format parquet

It writes a file with that many megabytes of random text (Parquet in row groups of about a
gigabyte), and takes a snapshot of some of its rows in a process of its own.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from documents.preparation_request import PreparationRequest, RequestedDataset, Splits
from snapshot.dataset_snapshot import take_snapshot
from source.pinned_source import pin_source
from storage.hub import Hub

FORMATS = ("parquet", "csv", "jsonl")
_WORDS_PER_ROW = 150
_KNOWN_WORDS = 50_000
_BATCH_ROWS = 10_000
# The default size of a row group in pyarrow, and so in pandas.
_ROWS_PER_GROUP = 1 << 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=int, default=500, help="of text")
    parser.add_argument("--format", choices=FORMATS, default="parquet")
    parser.add_argument("--max-rows", type=int, default=20_000, help="limit for train and for test")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(_measured(options.measure, options.max_rows)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"train.{options.format}"
        num_rows = _write(path, options.megabytes * 1_000_000)
        print(f"{path.name}: {num_rows} rows, {options.megabytes} MB of text, ", end="")
        print(f"{path.stat().st_size / 1e6:.0f} MB on disk", flush=True)
        command = [sys.executable, "-m", "bench.rows_memory", "--measure", str(path)]
        command += ["--max-rows", str(options.max_rows)]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        for name, value in json.loads(output.splitlines()[-1]).items():
            print(f"{name}: {value}")


def _request(path: Path, max_rows: int) -> PreparationRequest:
    nothing = Splits(train=None, validation=None, test=None)
    files = Splits(train=str(path), validation=None, test=None)
    return PreparationRequest(
        dataset=RequestedDataset(str(path), None, None, nothing, files),
        text=None,
        label=None,
        label_delimiter=None,
        task=None,
        positive_label=None,
        drop_leaked=True,
        max_train_rows=max_rows,
        max_test_rows=max_rows,
        validation_fraction=0.1,
        test_fraction=0.2,
        split_seed=1,
        candidates=[],
    )


def _measured(path: Path, max_rows: int) -> dict[str, object]:
    """The memory of this process before and after; the peak covers its whole life."""
    before, started = _peak_mb(), time.monotonic()
    request = _request(path, max_rows)
    source = pin_source(request.dataset, Hub(None), path.parent).read()
    snapshot = take_snapshot(source, request)
    return {
        "seconds": round(time.monotonic() - started, 1),
        "peak before, MB": round(before),
        "peak after, MB": round(_peak_mb()),
        "rows": snapshot.rows,
    }


def _peak_mb() -> float:
    """Peak resident memory, on Linux only; getrusage would include the parent's."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    kibibytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kibibytes) * 1024 / 1e6


def _write(path: Path, num_bytes: int) -> int:
    """Write the file; returns the number of rows."""
    if path.suffix == ".parquet":
        return _write_parquet(path, num_bytes)
    num_rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            csv.writer(file).writerow(["text", "label"])
        for texts, labels in _batches(num_bytes):
            num_rows += len(texts)
            rows = zip(texts, labels, strict=True)
            if path.suffix == ".csv":
                csv.writer(file).writerows(rows)
            else:
                file.writelines(json.dumps({"text": t, "label": n}) + "\n" for t, n in rows)
    return num_rows


def _write_parquet(path: Path, num_bytes: int) -> int:
    schema = pa.schema({"text": pa.string(), "label": pa.int64()})
    num_rows, group = 0, schema.empty_table()
    with pq.ParquetWriter(path, schema) as writer:
        for texts, labels in _batches(num_bytes):
            table = pa.table({"text": texts, "label": labels}, schema=schema)
            num_rows, group = num_rows + len(texts), pa.concat_tables([group, table])
            if len(group) >= _ROWS_PER_GROUP:
                writer.write_table(group, row_group_size=len(group))
                group = schema.empty_table()
        if len(group):
            writer.write_table(group, row_group_size=len(group))
    return num_rows


def _batches(num_bytes: int) -> Iterator[tuple[list[str], list[int]]]:
    chance = np.random.default_rng(0)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = ["".join(chance.choice(letters, size)) for size in chance.integers(2, 12, _KNOWN_WORDS)]
    left = num_bytes
    while left > 0:
        chosen = chance.integers(0, _KNOWN_WORDS, (_BATCH_ROWS, _WORDS_PER_ROW))
        texts = [" ".join(words[number] for number in row) for row in chosen]
        left -= sum(map(len, texts))
        yield texts, chance.integers(0, 4, _BATCH_ROWS).tolist()


if __name__ == "__main__":
    main()
