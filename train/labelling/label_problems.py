"""Problems that labels of any task may have."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from labelling.label_spellings import alike
from labelling.label_values import LabelValues
from source.data_problems import Problem, shown

MAX_LABELS = 10_000
MAX_LABEL_CHARACTERS = 1_000


def missing(
    values: Mapping[str, Sequence[Any]], splits: Mapping[str, LabelValues], hint: str = ""
) -> list[Problem]:
    """A problem for each split with rows whose label is None in `values`.

    Args:
        hint: a sentence that precedes the remedy.
    """
    problems = []
    for split, column in values.items():
        places = splits[split].row_numbers or range(len(column))
        rows = [place for place, value in zip(places, column, strict=True) if value is None]
        if rows:
            problems.append(_unlabelled(split, rows, hint))
    return problems


def _unlabelled(split: str, rows: Sequence[int], hint: str) -> Problem:
    have = f"1 row of {split} has" if len(rows) == 1 else f"{len(rows):,} rows of {split} have"
    problem = f"{have} no label; the first, counted from 0: {shown(rows, 5)}."
    remedy = "Label these rows, or leave them out."
    return Problem("label", problem, f"{hint} {remedy}".lstrip())


def hardly_recurring(distinct: Collection[str], num_labels: int, rows: str) -> list[Problem]:
    """A problem if more than half of the `num_labels` labels of `rows` are distinct."""
    if len(distinct) <= 20 or 2 * len(distinct) <= num_labels:
        return []
    problem = f"The {rows} have {len(distinct)} different labels."
    remedy = (
        "Name a column with labels that recur as label; "
        'if they are numbers to predict, give "task": "regression".'
    )
    return [Problem("label", problem, remedy)]


def too_much(distinct: Collection[str]) -> list[Problem]:
    """Problems with labels that are too many or too long to be compared and shown."""
    problems = []
    if len(distinct) > MAX_LABELS:
        problem = f"There are {len(distinct):,} different labels; at most {MAX_LABELS:,} can be."
        problems.append(Problem("label", problem, "Put rare labels together, or leave them out."))
    longest = max(distinct, key=len, default="")
    if len(longest) > MAX_LABEL_CHARACTERS:
        problem = (
            f"A label has {len(longest):,} characters; at most {MAX_LABEL_CHARACTERS:,} can be: "
            f"{shown([longest])}..."
        )
        problems.append(Problem("label", problem, "Give the labels shorter names."))
    return problems


def unknown(
    present: Mapping[str, Iterable[str]], known: Collection[str], first: str
) -> list[Problem]:
    """Labels in other splits that do not occur in the `first` one, usually train."""
    problems = []
    for split, names in present.items():
        extra = sorted(set(names) - set(known))
        if extra:
            problem = f"The {split} split has labels that {first} lacks: {shown(extra)}."
            remedy = f"Add rows with them to {first}, or leave them out of {split}."
            # A few will do, and many labels would take long.
            pairs = [(name, alike(name, known)) for name in extra[:10]]
            meant = [
                f"{name!r:.60} may be {other!r:.60} of {first}" for name, other in pairs if other
            ]
            if meant:
                remedy = f"{'; '.join(meant)}. {remedy}"
            problems.append(Problem("label", problem, remedy))
    return problems


def rows_of(split: str) -> str:
    """What the rows of a split are called."""
    return "training rows" if split == "train" else f"{split} rows"


def all_the_same(label: object, split: str) -> Problem:
    problem = f"All {rows_of(split)} have the same label, {shown([label])}."
    return Problem("label", problem, "Give rows of at least two classes.")


def no_positive(positive: str | None, why: str) -> list[Problem]:
    """A problem if the request names a positive label although there cannot be one."""
    if positive is None:
        return []
    return [Problem("positive_label", f"{why}, so none is the positive one.", "Leave it out.")]
