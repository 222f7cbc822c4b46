"""Arrow's values as those that the other formats have: texts, numbers, booleans and lists."""

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from source.data_problems import FileError
from source.limits import MAX_FIELD_CHARACTERS


def plain_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch without views and dictionaries, which not all of Arrow's functions can handle."""
    fields = [field.with_type(_plain_type(field.type)) for field in batch.schema]
    if all(new.type == old.type for new, old in zip(fields, batch.schema, strict=True)):
        return batch
    columns = [column.cast(f.type) for column, f in zip(batch.columns, fields, strict=True)]
    return pa.record_batch(columns, schema=pa.schema(fields))


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type)
    if pa.types.is_string_view(kind):
        return pa.large_string()
    if pa.types.is_binary_view(kind):
        return pa.large_binary()
    if pa.types.is_fixed_size_list(kind):
        return pa.list_(_plain_type(kind.value_type), kind.list_size)
    if _is_list(kind):
        inner = kind.value_field.with_type(_plain_type(kind.value_type))
        return pa.list_(inner) if pa.types.is_list(kind) else pa.large_list(inner)
    return kind


def _is_list(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_list,
        pa.types.is_large_list,
        pa.types.is_list_view,
        pa.types.is_large_list_view,
    )
    return any(test(kind) for test in tests)


def values_of(column: pa.Array) -> list[Any]:
    """The values; a decimal becomes an integer, or the closest number with a fraction."""
    values: list[Any] = column.to_pylist()
    if pa.types.is_decimal(column.type):
        return [value if value is None else _number(value) for value in values]
    return values


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def check_lengths(batch: pa.RecordBatch, where: str) -> None:
    """Raises FileError for texts that are longer than is read. `where` names the batch's rows."""
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        texts = column.dictionary if pa.types.is_dictionary(column.type) else column
        if not _is_text(texts.type):
            continue
        if pa.types.is_string_view(texts.type):
            texts = texts.cast(pa.large_string())
        longest = pc.max(pc.binary_length(texts)).as_py() or 0
        if longest > MAX_FIELD_CHARACTERS:
            longest = pc.max(pc.utf8_length(texts)).as_py()
        if longest > MAX_FIELD_CHARACTERS:
            raise FileError(
                f"{where}: a value of {name[:60]!r} has {longest:,} characters; at most "
                f"{MAX_FIELD_CHARACTERS:,} are read.",
                "Shorten it, or leave out the row.",
            )


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )
