"""Reads rows from JSON Lines and from arrays of objects, with each value as written.

The reader of `datasets` is not used because it guesses types, so that one value decides how others
are read. Rows are read one by one and spooled to Parquet files on disk.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from json import JSONDecodeError
from pathlib import Path
from typing import Any, TextIO

from source.data_problems import FileError
from source.json_arrays import ArrayText
from source.limits import MAX_COLUMNS, MAX_FIELD_CHARACTERS
from source.parquet_rows import parquet_rows
from source.raw_rows import RawRows
from source.row_spool import Spool
from source.text_files import PhysicalLines, TextForm, open_text

_CHUNK_CHARACTERS = 1 << 16
_MAX_OBJECT_CHARACTERS = 1 << 27
"""Of a file that is not JSON Lines, as much is read to say what it is instead."""
_AS_LINES = "Write each row as an object on a line of its own."
_PANDAS_LINES = 'orient="records", lines=True'
_MAX_DIGITS = 4300
"""Of an integer; Python reads no more."""


def read_json(paths: Sequence[Path], folder: Path, form: TextForm) -> RawRows:
    """Read JSON Lines or one array of objects; a member that a row lacks is None.

    Raises FileError for other contents, and OSError.
    """
    spool = Spool(folder)
    names: dict[str, None] = {}
    for path in paths:
        for row, size, where in _rows(path, form):
            names |= dict.fromkeys(row)
            if len(names) > MAX_COLUMNS:
                raise FileError(
                    f"{where}: the rows have more than {MAX_COLUMNS:,} different members, the most "
                    "that are read.",
                    "Leave out members that are neither text nor label.",
                )
            spool.append({name: _stored(value) for name, value in row.items()}, size)
    return parquet_rows(spool.close(), column_names=list(names), decode=_owners)


def _stored(value: Any) -> str | None:
    """A value as JSON, because a column may mix types but Parquet's cannot."""
    return None if value is None else _ENCODER.encode(value)


def _owners(value: str | None) -> Any:
    return None if value is None else json.loads(value)


def _rows(path: Path, form: TextForm) -> Iterator[tuple[dict[str, Any], int, str]]:
    """Yield rows, their sizes in characters, and where they are."""
    with open_text(path, form.encoding) as file:
        is_array = _first_character(file) == "["
    with open_text(path, form.encoding) as file:
        found = _elements(file, path.name) if is_array else _lines(file, path.name)
        for content, size, where in found:
            if not isinstance(content, dict):
                raise FileError(f"{where} is not a JSON object.", _AS_LINES)
            for name, value in content.items():
                if isinstance(value, str) and len(value) > MAX_FIELD_CHARACTERS:
                    raise FileError(
                        f"{where}: {name[:60]!r} has {len(value):,} characters; at most "
                        f"{MAX_FIELD_CHARACTERS:,} are read.",
                        "Shorten it, or leave out the row.",
                    )
            yield content, size, where


def _first_character(file: TextIO) -> str:
    for chunk in iter(lambda: file.read(_CHUNK_CHARACTERS), ""):
        if text := chunk.strip():
            return text[0]
    return ""


def _lines(file: TextIO, name: str) -> Iterator[tuple[Any, int, str]]:
    lines = PhysicalLines(file, name)
    first: Any = None
    num_rows = 0
    with _as_file_errors(lambda: f"{name}, line {lines.number}"):
        for line in lines:
            lines.begin_row()
            if not line.strip():
                continue
            try:
                content = _DECODER.decode(line)
            except JSONDecodeError:
                if num_rows == 0:
                    _check_one_object(line + file.read(_MAX_OBJECT_CHARACTERS), name)
                raise
            where = f"{name}, line {lines.number}"
            _check_unicode(content, line, where)
            num_rows += 1
            first = content if num_rows == 1 else None
            yield content, len(line), where
    if num_rows == 1:
        _check_rows_inside(first, name)


def _check_one_object(text: str, name: str) -> None:
    """Raises FileError for objects that go on over several lines."""
    try:
        content, end = _DECODER.raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return
    _check_rows_inside(content, name)
    rest = text.lstrip()[end:].strip()
    if rest.startswith(","):
        what = "there are commas between its objects"
    else:
        what = "its objects go on over several lines" if rest else "it is one object"
    raise FileError(f"{name} is not JSON Lines: {what}.", _AS_LINES)


def _check_rows_inside(content: Any, name: str) -> None:
    """Raises FileError if a list of the object has the rows, or each member has a column."""
    members = content.items() if isinstance(content, dict) else ()
    inside = [
        member
        for member, value in members
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value)
    ]
    if inside:
        listed = " or ".join(repr(member[:60]) for member in inside[:3])
        problem = f"{name} is one JSON object; the rows are in {listed}."
        raise FileError(problem, f"Give only that list as the file. {_AS_LINES}")
    if _are_columns([value for _, value in members]):
        problem = f"{name} is one JSON object whose members hold whole columns, not one row."
        raise FileError(problem, f"{_AS_LINES} pandas does: to_json(..., {_PANDAS_LINES}).")


def _are_columns(members: Sequence[Any]) -> bool:
    """Whether they are lists of one length, or objects with the same members, one for each row."""
    if len(members) < 2:
        return False
    if all(isinstance(member, list) for member in members):
        return len({len(member) for member in members}) == 1 and len(members[0]) > 1
    are_objects = all(isinstance(member, dict) for member in members)
    return (
        are_objects and len(members[0]) > 1 and all(m.keys() == members[0].keys() for m in members)
    )


def _elements(file: TextIO, name: str) -> Iterator[tuple[Any, int, str]]:
    array = ArrayText(file, name, _DECODER)
    where = f"{name}, element 1"
    with _as_file_errors(lambda: where):
        for number, (element, text) in enumerate(array.elements(), 1):
            where = f"{name}, element {number}"
            _check_unicode(element, text, where)
            yield element, len(text), where
            where = f"{name}, element {number + 1}"


@contextmanager
def _as_file_errors(where: Callable[[], str]) -> Iterator[None]:
    """What is wrong with JSON, as FileErrors."""
    try:
        yield
    except FileError:
        raise
    except JSONDecodeError as error:
        raise FileError(f"{where()}: {error}.") from error
    except RecursionError as error:
        raise FileError(f"{where()}: lists or objects in it nest too deeply.") from error
    except UnicodeError:
        raise
    except ValueError as error:
        reason = str(error)
        if "digits" in reason:
            reason = f"it has a number of more than {_MAX_DIGITS:,} digits"
        raise FileError(f"{where()}: {reason}.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise ValueError(f"the member {twice[:60]!r} occurs twice in one object")
    return members


def _check_unicode(content: Any, text: str, where: str) -> None:
    if "\\ud" not in text.lower():
        return
    try:
        _ENCODER.encode(content).encode("utf-8")
    except UnicodeEncodeError as error:
        raise FileError(f"{where} has half of a surrogate pair, not a character.") from error


_DECODER = json.JSONDecoder(object_pairs_hook=_object)
_ENCODER = json.JSONEncoder(ensure_ascii=False)
