"""Whether double quotes in a CSV file enclose values, or are characters like any other.

A text that begins with a bare quote would swallow all rows up to the next quote, without an error.
So a file with values that span lines is read twice: it is suspicious if these lines are rows by
themselves.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from source.data_problems import FileError
from source.limits import MAX_FIELD_CHARACTERS
from source.numerals import number_in
from source.text_files import PhysicalLines, TextForm, open_text

_TAB = "\t"
_MOST_LINES = 20
"""Of a row that spans lines, as many are compared with the other rows."""
_COMPARED_ROWS = 50_000
_CHUNK_CHARACTERS = 1 << 16
_MOST_VALUES = 10_000
"""A column with more different values says nothing about a row."""
_REMEDY = (
    'Give "quotes": false in dataset if double quotes are ordinary characters in the file, or '
    '"quotes": true if they enclose values.'
)
_ESCAPED_REMEDY = 'Within a value in quotes, write a quote as "" instead of \\". '


@dataclass(frozen=True)
class Quotes:
    """How double quotes in a file are read."""

    enclose: bool
    name: str
    """The file's."""
    notes: list[str] = field(default_factory=list)

    def reader(self, lines: PhysicalLines, delimiter: str) -> Iterator[list[str]]:
        if self.enclose:
            return csv.reader(lines, strict=True, delimiter=delimiter)
        return csv.reader(lines, strict=True, delimiter=delimiter, quoting=csv.QUOTE_NONE)

    def next_row(self, reader: Iterator[list[str]], lines: PhysicalLines) -> list[str] | None:
        """The next row, whose lines are then `lines.row`; None after the last."""
        lines.begin_row()
        try:
            return next(reader, None)
        except csv.Error as error:
            raise self._broken(error, lines) from error

    def _broken(self, error: csv.Error, lines: PhysicalLines) -> FileError:
        where = f"{self.name}, line {lines.number}"
        opened = f"; the row began in line {lines.first_number}" if len(lines.row) > 1 else ""
        if "field limit" in str(error):
            return FileError(
                f"{where}: a value has more than {MAX_FIELD_CHARACTERS:,} characters, the most "
                f"that is read{opened}.",
                f"Shorten it. {_REMEDY}" if opened else "Shorten it, or leave out the row.",
            )
        escaped = _ESCAPED_REMEDY if any('\\"' in line for line in lines.row) else ""
        return FileError(f"{where}: {error}{opened}.", f"{escaped}{_REMEDY}")


@dataclass(frozen=True)
class _Joined:
    """A row of several lines that look like rows by themselves."""

    first_line: int
    last_line: int
    rows: list[list[str]]
    """The first of these lines, at their delimiters."""


@dataclass
class _Column:
    """The values of a column in rows of one line."""

    values: set[str] = field(default_factory=set)
    """Incomplete if they are more than _MOST_VALUES."""
    are_numbers: bool = True

    def add(self, value: str) -> None:
        if len(self.values) <= _MOST_VALUES:
            self.values.add(value)
        self.are_numbers = self.are_numbers and number_in(value) is not None

    def has_such(self, value: str) -> bool:
        is_complete = 0 < len(self.values) <= _MOST_VALUES
        return (is_complete and value.strip() != "" and value in self.values) or (
            self.are_numbers and bool(self.values) and number_in(value) is not None
        )


def find_quotes(path: Path, form: TextForm, delimiter: str) -> Quotes:
    """As the request says, or else as the content shows.

    Raises FileError if quotes join lines that look like rows of their own, unless these can be
    read without quotes for certain.
    """
    if form.quotes is not None:
        return Quotes(form.quotes, path.name)
    if not _has_quotes(path, form):
        return Quotes(True, path.name)
    file = _QuotedFile(path, form, delimiter)
    try:
        joined = file.joined_rows()
    except FileError as error:
        if delimiter != _TAB or not _is_plain(path, form, delimiter):
            raise
        return _ordinary(path, str(error))
    if joined is None:
        return Quotes(True, path.name)
    problem = (
        f"{path.name}: the quote that opens in line {joined.first_line} would join the lines up to "
        f"{joined.last_line} into one row, although each of them looks like a row."
    )
    if delimiter == _TAB and _is_plain(path, form, delimiter):
        return _ordinary(path, problem)
    raise FileError(problem, _REMEDY)


def _ordinary(path: Path, why: str) -> Quotes:
    return Quotes(False, path.name, [f"{why} So double quotes were read as ordinary characters."])


def _has_quotes(path: Path, form: TextForm) -> bool:
    with open_text(path, form.encoding, newline="") as file:
        return any('"' in chunk for chunk in iter(lambda: file.read(_CHUNK_CHARACTERS), ""))


@dataclass(frozen=True)
class _QuotedFile:
    path: Path
    form: TextForm
    delimiter: str

    def joined_rows(self) -> _Joined | None:
        """The first row that is evidently several.

        A text hardly ever has a tab in each of its lines. With another delimiter, the lines must
        have in some column what other rows have there, such as their labels.
        """
        first = next(self._candidates(), None)
        if first is None or self.delimiter == _TAB:
            return first
        columns = self._columns()
        return next((row for row in self._candidates() if _fits(row, columns)), None)

    def _rows(self) -> Iterator[tuple[list[str], PhysicalLines]]:
        """The header and each row, and the lines that it has."""
        quotes = Quotes(True, self.path.name)
        with open_text(self.path, self.form.encoding, newline="") as file:
            lines = PhysicalLines(file, self.path.name)
            reader = quotes.reader(lines, self.delimiter)
            while (row := quotes.next_row(reader, lines)) is not None:
                if row:
                    yield row, lines

    def _candidates(self) -> Iterator[_Joined]:
        rows = self._rows()
        header, _ = next(rows, ([], None))
        num_delimiters = len(header) - 1
        for _, lines in rows:
            if len(lines.row) < 2 or num_delimiters < 1:
                continue
            filled = [line for line in lines.row if line.strip("\r\n")]
            if all(line.count(self.delimiter) == num_delimiters for line in filled):
                first = [_fields(line, self.delimiter) for line in filled[:_MOST_LINES]]
                yield _Joined(lines.first_number, lines.number, first)

    def _columns(self) -> list[_Column]:
        """What the first rows have in each column."""
        rows = self._rows()
        header, _ = next(rows, ([], None))
        columns = [_Column() for _ in header]
        for row, lines in islice(rows, _COMPARED_ROWS):
            if len(lines.row) == 1 and len(row) == len(header):
                for column, value in zip(columns, row, strict=True):
                    column.add(value)
        return columns


def _fits(joined: _Joined, columns: Sequence[_Column]) -> bool:
    return any(
        all(column.has_such(row[place]) for row in joined.rows)
        for place, column in enumerate(columns)
    )


def _fields(line: str, delimiter: str) -> list[str]:
    return line.rstrip("\r\n").split(delimiter)


def _is_plain(path: Path, form: TextForm, delimiter: str) -> bool:
    """Whether every line has the header's width, and none shows that quotes enclose values."""
    width, num_rows, num_enclosed = 0, 0, 0
    with open_text(path, form.encoding, newline="") as file:
        lines = PhysicalLines(file, path.name)
        for line in lines:
            lines.begin_row()
            if not line.strip("\r\n"):
                continue
            fields = _fields(line, delimiter)
            width = width or len(fields)
            if len(fields) != width:
                return False
            enclosed = [value[1:-1] for value in fields if _is_enclosed(value)]
            if any('""' in value for value in enclosed):
                return False
            num_rows += 1
            num_enclosed += bool(enclosed)
    return 2 * num_enclosed <= num_rows


def _is_enclosed(value: str) -> bool:
    return len(value) > 1 and value[0] == value[-1] == '"'
