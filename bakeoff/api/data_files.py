"""Data frames and data sets in memory, written to files that a request can name."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bakeoff.api.frames import required_package
from bakeoff.errors import Problem, RequestError
from bakeoff.quoting import shown

SPLITS = ("train", "validation", "test")


def is_tabular(value: object) -> bool:
    """Whether it is a pandas DataFrame or a datasets.Dataset."""
    return _is_frame(value) or _is_dataset(value)


def written(
    data: Any, columns: Iterable[str] | None, folder: Path, slices: Sequence[str] = ()
) -> dict[str, str]:
    """Writes rows as one Parquet file per split; returns the path of each split.

    Args:
        data: a pandas DataFrame or datasets.Dataset, which becomes train, or a mapping of splits
            to these, such as a datasets.DatasetDict.
        columns: those to write, which every split must have; None: all.
        folder: receives the files. Equal rows give equal bytes, so they are uploaded once.
        slices: further columns to write, which only the split must have that test rows come from.

    An index level of a DataFrame that has a name is a column like any other. An index without a
    name is left out if it only numbers the rows, and refused otherwise: it may hold data.

    Raises RequestError with all problems, MissingPackageError without pyarrow.
    """
    parquet = required_package("pyarrow.parquet", "data frames")
    # As plain texts: the names of the datasets library's splits are a class of their own.
    splits = {"train": data} if is_tabular(data) else {str(key): data[key] for key in data}
    tested = "test" if "test" in splits else "train"
    problems: list[Problem] = []
    tables = {}
    for split, rows in splits.items():
        try:
            named = _named_columns(split, rows)
            there = list(named.columns if _is_frame(rows) else named.column_names)
            further = [name for name in slices if split == tested or name in there]
            chosen = _chosen(split, there, columns, further)
            write = _from_frame if _is_frame(rows) else _from_dataset
            tables[split] = write(split, named, chosen)
        except RequestError as error:
            problems += error.problems
    if problems:
        raise RequestError(problems)
    paths = {split: folder / f"{split}.parquet" for split in tables}
    for split, table in tables.items():
        parquet.write_table(table, paths[split], compression="zstd")
    return {split: str(path) for split, path in paths.items()}


def _named_columns(split: str, rows: Any) -> Any:
    """The rows of a split, all of whose columns have names."""
    if split not in SPLITS:
        names = ", ".join(SPLITS)
        raise _refused(split, f"{shown(split)} is not a split.", f"Name the splits {names}.")
    if not is_tabular(rows):
        raise _refused(
            split,
            f"{type(rows).__name__} is neither a pandas DataFrame nor a datasets.Dataset.",
            "Give one of these for each split.",
        )
    if len(rows) == 0:
        raise _refused(split, "has no rows.", "Give at least one row.")
    return _with_index(split, rows) if _is_frame(rows) else rows


def _from_frame(split: str, named: Any, names: list[Any]) -> Any:
    """A pyarrow.Table of the columns `names`, without what pandas adds about itself."""
    import pyarrow

    odd = [name for name in names if not isinstance(name, str)]
    if odd or len(set(names)) < len(names):
        raise _refused(
            split,
            f"has columns without distinct names: {shown([str(name) for name in names])}.",
            "Give every column a text of its own as its name.",
        )
    try:
        table = pyarrow.Table.from_pandas(named[names], preserve_index=False)
        fields = [field.with_type(_stored_type(field.type)) for field in table.schema]
        return table.cast(pyarrow.schema(fields)).combine_chunks()
    except (pyarrow.ArrowException, OverflowError, TypeError, UnicodeError) as error:
        raise _refused(
            split,
            f"cannot be written as Parquet: {_mixed(named[names]) or error}.",
            "Give each column values of one type: texts, numbers, or lists of these.",
        ) from error


def _stored_type(kind: Any) -> Any:
    """A category is stored as its value, and a view of texts as these."""
    import pyarrow

    if pyarrow.types.is_dictionary(kind):
        return _stored_type(kind.value_type)
    return pyarrow.large_string() if pyarrow.types.is_string_view(kind) else kind


def _mixed(frame: Any) -> str:
    """What is in the first column that mixes types; empty if none does."""
    for name in frame.columns:
        if frame[name].dtype != object:
            continue
        values = frame[name].dropna()
        kinds = [type(value).__name__ for value in values]
        usual = max(set(kinds), key=kinds.count, default="")
        odd = [row for row, kind in enumerate(kinds) if kind != usual]
        if odd:
            value = shown(values.iloc[odd[0]])
            return (
                f"the column {shown(name)} has values of type {usual}, but {len(odd):,} others, "
                f"first {value} at index {values.index[odd[0]]}"
            )
    return ""


def _with_index(split: str, frame: Any) -> Any:
    """The frame with the named levels of its index as columns."""
    levels = list(frame.index.names)
    if all(level is None for level in levels):
        if frame.index.nlevels == 1 and frame.index.dtype.kind in "iu":
            return frame
        raise _refused(
            split,
            "has an index that may hold data and has no name.",
            "Name it to use it as a column, or drop it with reset_index(drop=True).",
        )
    if None in levels or any(level in frame.columns for level in levels):
        raise _refused(
            split,
            f"has index levels {shown([str(level) for level in levels])} that cannot be columns.",
            "Give each level a name that no column has, or drop it with reset_index(drop=True).",
        )
    return frame.reset_index()


def _from_dataset(split: str, dataset: Any, names: list[Any]) -> Any:
    chosen = dataset.select_columns(names)
    # The schema keeps the names of classes, which the rows hold as numbers.
    table = chosen.with_format("arrow")[:]
    return table.cast(chosen.features.arrow_schema).combine_chunks()


def _chosen(
    split: str, names: list[Any], columns: Iterable[str] | None, slices: Sequence[str]
) -> list[Any]:
    """Those of the columns' `names` that are to be written, in their order."""
    wanted = [*(columns or ()), *slices]
    missing = [column for column in wanted if column not in names]
    if missing:
        raise _refused(
            split,
            f"has no column {', '.join(map(shown, missing))}.",
            f"Its columns are {shown(list(map(str, names)))}.",
        )
    return names if columns is None else [name for name in names if name in wanted]


def _refused(split: str, problem: str, remedy: str) -> RequestError:
    return RequestError([Problem(f"dataset.{split}", problem, remedy)])


def is_mapping_of_rows(value: object) -> bool:
    """Whether it maps splits to data frames or data sets."""
    return isinstance(value, Mapping) and any(map(is_tabular, value.values()))


def _is_frame(value: object) -> bool:
    # By name: whoever has a frame has imported pandas, and nobody else need have it.
    return _is_of(value, "pandas", "DataFrame")


def _is_dataset(value: object) -> bool:
    return _is_of(value, "datasets", "Dataset")


def _is_of(value: object, package: str, name: str) -> bool:
    return any(
        kind.__name__ == name and kind.__module__.split(".")[0] == package
        for kind in type(value).__mro__
    )
