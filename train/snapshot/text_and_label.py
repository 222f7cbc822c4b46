"""Finds the columns that hold the texts and the labels, and checks those that slice test rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from source.data_problems import DataError, Problem, meant, shown
from source.raw_rows import RawRows
from source.source_splits import leading

USUAL_TEXTS = (
    "text",
    "sentence",
    "review",
    "content",
    "document",
    "message",
    "comment",
    "tweet",
    "body",
    "utterance",
    "query",
    "question",
    "title",
)
USUAL_PAIRS = (
    ("sentence1", "sentence2"),
    ("sentence_1", "sentence_2"),
    ("sentence_a", "sentence_b"),
    ("text1", "text2"),
    ("text_1", "text_2"),
    ("text_a", "text_b"),
    ("question1", "question2"),
    ("premise", "hypothesis"),
    ("question", "sentence"),
    ("query", "passage"),
    ("query", "document"),
)
USUAL_LABELS = (
    "label",
    "labels",
    "target",
    "class",
    "category",
    "sentiment",
    "intent",
    "topic",
    "y",
)
USUAL_NUMBERS = ("score", "rating")
"""Labels if no column has a name of USUAL_LABELS; beside such a column they repeat the label."""


@dataclass(frozen=True)
class Columns:
    """`texts` is one column, or two for pairs; `labels` is one column, or several of 0 and 1."""

    texts: list[str]
    labels: list[str]


def find_columns(
    splits: Mapping[str, RawRows],
    text: Sequence[str] | None,
    label: Sequence[str] | None,
    slices: Sequence[str] = (),
) -> Columns:
    """The text and the label columns; `text`, `label` and `slices` are the request's fields.

    Raises DataError, which lists the existing columns, if a column is missing or ambiguous.
    """
    first = leading(splits)
    columns = splits[first].column_names
    known = f"The columns are: {shown(columns, limit=50)}."
    problems: list[Problem] = []
    wanted = {"text": text, "label": label}
    found: dict[str, list[str]] = {}
    for field, find in (("text", _usual_texts), ("label", _usual_labels)):
        named = wanted[field]
        # A column that the request names for one is used for the other only if there is no other.
        taken = {name for other, names in wanted.items() if other != field for name in names or ()}
        if named is None:
            rest = [column for column in columns if column not in taken]
            candidates = find(rest) or find(columns)
            found[field] = _chosen(field, candidates, known, problems)
        else:
            found[field] = list(named)
            problems += [
                Problem(field, f"There is no column {column!r}.", meant(column, columns) + known)
                for column in named
                if column not in columns
            ]
        problems += _lacking(field, found[field], first, splits)
    problems += _taken_twice(found, known)
    columns_found = Columns(found["text"], found["label"])
    problems += slice_problems(splits, slices, columns_found)
    if problems:
        raise DataError(problems)
    return columns_found


def slice_problems(
    splits: Mapping[str, RawRows], slices: Sequence[str], columns: Columns
) -> list[Problem]:
    """Problems with the columns of the request's `slices`, which the test rows must have."""
    is_given = "test" in splits
    rows = splits["test" if is_given else "train"]
    where = "test split" if is_given else "train split, from which test is cut,"
    known = f"Its columns are: {shown(rows.column_names, limit=50)}."
    missing = [
        Problem(
            "slices",
            f"The {where} has no column {name[:60]!r}.",
            meant(name, rows.column_names) + known,
        )
        for name in slices
        if name not in rows.column_names
    ]
    remedy = "Leave it out: rows are sliced by their text's length and by their label in any case."
    used = [
        Problem("slices", f"The column {name[:60]!r} is the {role}.", remedy)
        for role, taken in (("text", columns.texts), ("label", columns.labels))
        for name in slices
        if name in taken
    ]
    return [*missing, *used]


def _usual_texts(columns: Sequence[str]) -> list[list[str]]:
    """The candidates for the texts, each one column or two; a single one if unambiguous."""
    if "text" in columns:
        return [["text"]]
    by_name = {column.lower(): column for column in columns}
    pairs = [
        [by_name[first], by_name[second]]
        for first, second in USUAL_PAIRS
        if first in by_name and second in by_name
    ]
    in_pairs = {column for pair in pairs for column in pair}
    singles = [c for c in columns if c.lower() in USUAL_TEXTS and c not in in_pairs]
    return [*pairs, *([single] for single in singles)]


def _usual_labels(columns: Sequence[str]) -> list[list[str]]:
    if "label" in columns:
        return [["label"]]
    for usual in (USUAL_LABELS, USUAL_NUMBERS):
        found = [[column] for column in columns if column.lower() in usual]
        if found:
            return found
    return []


def _chosen(
    field: str, candidates: list[list[str]], known: str, problems: list[Problem]
) -> list[str]:
    if len(candidates) == 1:
        return candidates[0]
    listed = shown([column for candidate in candidates for column in candidate])
    problem = (
        f"Several columns could be the {field}: {listed}."
        if candidates
        else f"No column has a usual name for the {field}."
    )
    problems.append(Problem(field, problem, f'Name it as "{field}". {known}'))
    return []


def _lacking(
    field: str, wanted: Sequence[str], first: str, splits: Mapping[str, RawRows]
) -> list[Problem]:
    columns = splits[first].column_names
    return [
        Problem(
            field,
            f"The {split} split has no column {column!r}, which {first} has.",
            f"It has: {shown(rows.column_names)}.",
        )
        for split, rows in splits.items()
        for column in wanted
        if column in columns and column not in rows.column_names
    ]


def _taken_twice(found: Mapping[str, Sequence[str]], known: str) -> list[Problem]:
    problems = [
        Problem("label", f"The column {column!r} cannot be both text and label.", known)
        for column in found["label"]
        if column in found["text"]
    ]
    for field, columns in found.items():
        twice = sorted({column for column in columns if columns.count(column) > 1})
        if twice:
            problems.append(Problem(field, f"The column {twice[0]!r} is named twice.", known))
    return problems
