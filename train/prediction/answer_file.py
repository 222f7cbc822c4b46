"""Writes answers to a file while they come, as CSV, JSON Lines or Parquet."""

import csv
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from job.prediction_table import PROBABILITY_PREFIX, given_type
from prediction.saved_folder import FolderError
from scoring.answers import Answers
from scoring.task import Task

# A spreadsheet runs a cell that begins with one of these as a formula, unless it is a number.
_FORMULA_START = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?")


class AnswerFile(Protocol):
    """Rows are appended in their order."""

    def append(self, rows: Sequence[dict[str, Any]]) -> None: ...


_Open = Callable[[Path, Task, Sequence[str]], AbstractContextManager[AnswerFile]]


@contextmanager
def answer_file(path: Path, task: Task, kept: Sequence[str]) -> Iterator[AnswerFile]:
    """A new file at `path`, which takes an older one's place once it is complete.

    Raises FolderError if the name says none of the formats, and OSError.
    """
    open_as: Mapping[str, _Open] = {
        ".csv": _csv_file,
        ".jsonl": _json_file,
        ".parquet": _parquet_file,
    }
    opened = open_as.get(path.suffix.lower())
    if opened is None:
        raise FolderError(f"{path} must end in .csv, .jsonl or .parquet, which says the format.")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        with opened(unfinished, task, kept) as file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def column_names(task: Task, kept: Sequence[str]) -> list[str]:
    """`row`, the columns that are kept, `given`, and one for each label's probability.

    Raises FolderError if two would have one name.
    """
    names = ["row", *kept, "given", *(PROBABILITY_PREFIX + label for label in task.labels)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FolderError(
            f"The column {twice[0]!r} cannot be kept, as the answers have one of that name."
        )
    return names


def answered_rows(
    numbers: Sequence[int],
    kept_names: Sequence[str],
    kept: Sequence[Sequence[Any]],
    task: Task,
    found: Answers,
) -> list[dict[str, Any]]:
    """The lines for these rows, by the names of `column_names`."""
    lines = []
    for place, number in enumerate(numbers):
        line = {"row": number, **dict(zip(kept_names, kept[place], strict=True))}
        line["given"] = found.given[place]
        if found.probabilities is not None:
            chances = found.probabilities[place].tolist()
            names = (PROBABILITY_PREFIX + label for label in task.labels)
            line |= dict(zip(names, chances, strict=True))
        lines.append(line)
    return lines


class _CsvFile:
    def __init__(self, file: TextIO, names: Sequence[str]) -> None:
        self._writer = csv.DictWriter(file, names, lineterminator="\r\n")
        self._writer.writerow({name: _cell(name) for name in names})

    def append(self, rows: Sequence[dict[str, Any]]) -> None:
        self._writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    text = str(value)
    is_formula = _FORMULA_START.match(text) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


@contextmanager
def _csv_file(path: Path, task: Task, kept: Sequence[str]) -> Iterator[_CsvFile]:
    with path.open("w", encoding="utf-8", newline="", errors="backslashreplace") as file:
        yield _CsvFile(file, column_names(task, kept))


class _JsonFile:
    def __init__(self, file: TextIO) -> None:
        self._file = file

    def append(self, rows: Sequence[dict[str, Any]]) -> None:
        lines = (json.dumps(row, ensure_ascii=False, default=str) for row in rows)
        self._file.writelines(f"{line}\n" for line in lines)


@contextmanager
def _json_file(path: Path, task: Task, kept: Sequence[str]) -> Iterator[_JsonFile]:
    column_names(task, kept)
    with path.open("w", encoding="utf-8", newline="\n", errors="backslashreplace") as file:
        yield _JsonFile(file)


class _ParquetFile:
    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer = writer

    def append(self, rows: Sequence[dict[str, Any]]) -> None:
        plain = [{name: _plain(name, value) for name, value in row.items()} for row in rows]
        self._writer.write_table(pa.Table.from_pylist(plain, self._writer.schema))


def _plain(name: str, value: Any) -> Any:
    """What is kept may have another type in each row, so it is stored as text."""
    if value is None or name in ("row", "given") or name.startswith(PROBABILITY_PREFIX):
        return value
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


@contextmanager
def _parquet_file(path: Path, task: Task, kept: Sequence[str]) -> Iterator[_ParquetFile]:
    types = {"row": pa.int64(), "given": given_type(task)}
    names = column_names(task, kept)
    chances = {PROBABILITY_PREFIX + label: pa.float64() for label in task.labels}
    types |= {name: pa.string() for name in kept} | chances
    schema = pa.schema([(name, types[name]) for name in names])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        yield _ParquetFile(writer)
