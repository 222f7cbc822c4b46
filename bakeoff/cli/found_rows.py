"""What was found in files, in sentences."""

from collections.abc import Sequence

from bakeoff.prepared.first_look import FirstLook, SplitLook
from bakeoff.wording import counted, listed

_MOST_LABELS = 8


def rows_in_words(look: FirstLook) -> list[str]:
    """Rows, columns, task and labels, then what else is to be known."""
    splits = [f"{name} has {_rows(split)}" for name, split in look.splits.items()]
    found = [f"Rows: {listed(splits)}."] if splits else []
    if look.text and look.label:
        found.append(f"{_columns(look, 'text', look.text)} {_columns(look, 'label', look.label)}")
    if look.task:
        found.append(f"The task is {look.task}. {look.task_reason} {_labels(look)}".rstrip())
    return [*found, *look.notes]


def _rows(split: SplitLook) -> str:
    return (
        counted(split.num_rows, "row") if split.is_whole else f"more than {split.num_rows:,} rows"
    )


def _columns(look: FirstLook, field: str, names: Sequence[str]) -> str:
    shown = listed([repr(name) for name in names])
    guess = ", a guess by what is in it" if field in look.guessed else ""
    return f"The {field} is in the column{'s' if len(names) > 1 else ''} {shown}{guess}."


def _labels(look: FirstLook) -> str:
    if not look.labels:
        return ""
    names = [repr(name) for name in look.labels[:_MOST_LABELS]]
    left = look.num_labels - len(names)
    shown = f"{', '.join(names)} and {left:,} more" if left > 0 else listed(names)
    return f"Labels: {shown}."
