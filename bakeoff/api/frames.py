"""Result tables as pandas data frames."""

import io
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from bakeoff.errors import MissingPackageError

if TYPE_CHECKING:
    import pandas

# Missing cells stay missing: pandas' usual integers and booleans have no value for that. Numbers
# are read as text first, as not every version of pandas reads their last digit right.
_DTYPES = {"text": "str", "integer": "Int64", "number": "str", "boolean": "boolean"}


def to_frame(table: bytes, types: Mapping[str, str]) -> "pandas.DataFrame":
    """A CSV table as a data frame.

    `types` maps columns to `text`, `integer`, `number` or `boolean`; pandas infers the type of
    other columns. An empty cell is a missing value; nothing else is, not even `NA` or `null`.

    Raises MissingPackageError without pandas.
    """
    pandas = required_package("pandas", "data frames")
    header = table.decode().split("\r\n", 1)[0].split(",")
    frame = pandas.read_csv(
        io.BytesIO(table),
        dtype={name: _DTYPES[types[name]] for name in header if name in types},
        keep_default_na=False,
        na_values=[""],
    )
    for name in header:
        if types.get(name) == "number":
            frame[name] = frame[name].map(float, na_action="ignore").astype("float64")
    return frame


def required_package(name: str, purpose: str) -> ModuleType:
    """Imports an optional package. Raises MissingPackageError, which says what to install."""
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingPackageError(
            f"{name} is needed for {purpose}: install it with `pip install pandas pyarrow`."
        ) from error
