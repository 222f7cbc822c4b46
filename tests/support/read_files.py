"""Files of training rows, read as PrepareData reads them."""

from pathlib import Path
from typing import Any

import pytest

from source.data_problems import DataError, Problem
from source.raw_rows import RawRows
from tests.support.preparing import read_source, write_text


def rows_of(folder: Path, name: str, content: str | bytes, **dataset: Any) -> RawRows:
    return read_source(folder, write_text(folder / name, content), **dataset).splits["train"]


def columns_of(folder: Path, name: str, content: str | bytes, **dataset: Any) -> dict[str, Any]:
    rows = rows_of(folder, name, content, **dataset)
    return {column: rows.values(column) for column in rows.column_names}


def refusal_of(folder: Path, name: str, content: str | bytes, **dataset: Any) -> Problem:
    """The only problem with a file; `scan` finds what is only seen when values are read."""
    with pytest.raises(DataError) as caught:
        columns_of(folder, name, content, **dataset)
    (problem,) = caught.value.problems
    assert problem.field == "dataset.train"
    assert problem.remedy
    return problem
