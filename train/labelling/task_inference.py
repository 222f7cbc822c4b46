"""Determines the task: the one in the request, or one inferred from the label columns."""

from labelling.label_spellings import same_numbers
from labelling.label_values import LabelValues, names_of
from source.data_problems import DataError, shown
from source.numerals import number_in

BINARY, MULTICLASS, MULTILABEL, REGRESSION = "binary", "multiclass", "multilabel", "regression"
_STATED = "The request says so."


def find_task(train: LabelValues, stated: str | None, delimiter: str | None) -> tuple[str, str]:
    """The task, and a sentence that says why it was chosen.

    Several columns, lists and a `delimiter` mean multilabel. One label per row means regression if
    all labels are numbers and some have fractions, otherwise binary or multiclass by their number.
    Codes such as 1.1 and 1.10, which would be one number, are no numbers.

    Raises DataError if the columns do not fit the stated task.
    """
    several = _several_labels(train, delimiter)
    if several is not None:
        _check_delimiter(train, delimiter)
        if stated not in (None, MULTILABEL):
            raise _cannot(stated, several, "Give one column with one label per row.")
        return MULTILABEL, several if stated is None else _STATED
    what = f"The column {train.column!r} has one label per row."
    if stated == MULTILABEL:
        remedy = "Give a column of lists, a label_delimiter, or several columns of 0 and 1."
        raise _cannot(stated, what, remedy)
    if stated == REGRESSION:
        return REGRESSION, _STATED
    return _one_label(train, stated)


def _one_label(train: LabelValues, stated: str | None) -> tuple[str, str]:
    names = {name for name in names_of("train", train) if name is not None}
    fractions = [] if train.named else _fractions(names)
    same = same_numbers(names) if fractions else []
    if fractions and stated is None and not same:
        example = shown([float(fractions[0])])
        return REGRESSION, f"The column {train.column!r} has numbers with fractions, as {example}."
    count = f"The column {train.column!r} has {len(names)} different labels."
    if stated == BINARY and len(names) > 2:
        raise _cannot(stated, count, 'Give "multiclass" as task, or a column with two labels.')
    if stated is not None:
        return stated, _STATED
    if same:
        count += (
            f" As numbers, {shown(same, 2)} would be the same, so they stay texts; if they are "
            'numbers, give "task": "regression".'
        )
    return BINARY if len(names) == 2 else MULTICLASS, count


def _several_labels(train: LabelValues, delimiter: str | None) -> str | None:
    """A sentence on how rows hold several labels; None if they have one label each."""
    if len(train.columns) > 1:
        return f"The labels are {len(train.columns)} columns of 0 and 1."
    if any(isinstance(value, list) for value in train.values):
        return f"The column {train.column!r} holds lists of labels."
    if delimiter is not None:
        return f"The column {train.column!r} holds labels with {delimiter!r} between them."
    return None


def _check_delimiter(train: LabelValues, delimiter: str | None) -> None:
    is_text = len(train.columns) == 1 and not any(isinstance(v, list) for v in train.values)
    if delimiter is not None and not is_text:
        problem = f"The labels of {shown(list(train.columns))} are not texts that can be split."
        raise DataError.of("label_delimiter", problem, "Leave it out.")


def _fractions(names: set[str]) -> list[str]:
    """The numbers with a fraction, if all are numbers."""
    numbers = {name: number_in(name) for name in names}
    if None in numbers.values():
        return []
    return sorted(name for name, number in numbers.items() if number and number % 1)


def _cannot(task: str | None, what: str, remedy: str) -> DataError:
    return DataError.of("task", f"The task cannot be {task}: {what}", remedy)
