"""Reads rows from CSV and TSV files, with each value as written.

The reader of `datasets` is not used because it guesses types: "NA" would become missing, "01" would
become 1, dates would not stay texts, and a row with an extra field would be shifted. The files are
parsed once and spooled to Parquet files on disk, from which single columns can be read repeatedly.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from source.csv_quotes import Quotes, find_quotes
from source.data_problems import FileError
from source.limits import MAX_COLUMNS, MAX_FIELD_CHARACTERS
from source.parquet_rows import parquet_rows
from source.raw_rows import RawRows
from source.row_spool import Spool
from source.text_files import PhysicalLines, TextForm, open_text

DELIMITERS = ",;\t|"
_SAMPLE_CHARACTERS = 1 << 16


def read_csv(paths: Sequence[Path], folder: Path, form: TextForm) -> RawRows:
    """Read CSV with a header; every value is a text. Columns without a name are passed over.

    The delimiter is the one of DELIMITERS that the header contains. If it contains several, it is
    the one with which most of the first lines have as many fields as the header.

    Raises FileError for invalid files, and OSError.
    """
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    spool = Spool(folder)
    tables: list[_Table] = []
    for path in paths:
        table = _Table(path, form)
        for row, size in table.rows(tables[0].names if tables else None):
            spool.append(row, size)
        tables.append(table)
    # A file of blank lines has no header.
    header = next((table.names for table in tables if table.names), [])
    return parquet_rows(
        spool.close(),
        column_names=header,
        num_lines=sum(table.num_lines for table in tables),
        notes=[note for table in tables for note in table.notes],
    )


class _Table:
    """One file, and what is known of it once its rows have been read."""

    def __init__(self, path: Path, form: TextForm) -> None:
        self._path = path
        self._form = form
        self.names: list[str] = []
        self.num_lines = 0
        """Without the header and blank lines."""
        self.notes: list[str] = []

    def rows(self, known: Sequence[str] | None) -> Iterator[tuple[dict[str, str | None], int]]:
        """Each row, and its size in characters; `known` are the columns of the files before."""
        delimiter = self._delimiter()
        quotes = find_quotes(self._path, self._form, delimiter)
        self.notes += quotes.notes
        with open_text(self._path, self._form.encoding, newline="") as file:
            lines = PhysicalLines(file, self._path.name)
            reader = quotes.reader(lines, delimiter)
            # Blank lines may come first.
            while (header := quotes.next_row(reader, lines)) == []:
                pass
            if header is None:
                return
            named = self._named(header, known, lines)
            self.names = [header[place] for place in named]
            yield from self._body(header, named, reader, lines, quotes)

    def _body(
        self,
        header: Sequence[str],
        named: Sequence[int],
        reader: Iterator[list[str]],
        lines: PhysicalLines,
        quotes: Quotes,
    ) -> Iterator[tuple[dict[str, str | None], int]]:
        width, is_all = len(header), len(named) == len(header)
        others = sorted(set(range(width)) - set(named))
        passed_over = 0
        while (row := quotes.next_row(reader, lines)) is not None:
            if not row:
                continue
            if len(row) != width:
                raise FileError(
                    f"{self._path.name}, line {lines.number} has {len(row)} fields, but there are "
                    f"{width} columns.",
                    "Enclose values with delimiters in double quotes.",
                )
            self.num_lines += len(lines.row)
            passed_over += any(row[place] for place in others)
            values = row if is_all else [row[place] for place in named]
            yield dict(zip(self.names, values, strict=True)), sum(map(len, values))
        if others:
            self.notes.append(
                f"{self._path.name}: columns without a name ({len(others)}) were passed over; rows "
                f"with something there: {passed_over:,}."
            )

    def _named(
        self, header: list[str], known: Sequence[str] | None, lines: PhysicalLines
    ) -> list[int]:
        """The places of the columns that have a name."""
        where = f"{self._path.name}, line {lines.number}"
        named = [place for place, name in enumerate(header) if name.strip()]
        counts = Counter(header[place] for place in named)
        twice = sorted(name for name, count in counts.items() if count > 1)
        if not named:
            raise FileError(f"{where} names no column.", "Begin the file with the columns' names.")
        if twice:
            raise FileError(f"{where} names the column {twice[0][:60]!r} twice.", "Rename one.")
        if known and known != list(counts) and set(known) != counts.keys():
            raise FileError(
                f"{where} names other columns than the files before it.",
                "Give all files the same columns, in any order.",
            )
        if len(named) > MAX_COLUMNS:
            raise FileError(
                f"{where} names {len(named):,} columns; at most {MAX_COLUMNS:,} are read.",
                "Leave out those that are neither text nor label.",
            )
        return named

    def _delimiter(self) -> str:
        with open_text(self._path, self._form.encoding, newline="") as file:
            sample = file.read(_SAMPLE_CHARACTERS)
        fitting = {delimiter: _rows_as_header(sample, delimiter) for delimiter in DELIMITERS}
        # Among equals, max returns the first in the order of DELIMITERS.
        return max(DELIMITERS, key=lambda delimiter: fitting[delimiter])


def _rows_as_header(sample: str, delimiter: str) -> int:
    """The number of rows with as many fields as the header; 0 if it lacks the delimiter."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths = [len(row) for row in reader if row]
    if not widths or widths[0] < 2:
        return 0
    return widths.count(widths[0])
