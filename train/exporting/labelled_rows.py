"""The rows on which an exported model and its original are scored."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelling.label_values import LabelValues
from labelling.labels import SplitLabels, encode_labels
from prediction.columns import ABOUT_FILE, text_columns
from prediction.file_answers import files_at
from prediction.given_rows import parts_of
from prediction.saved_folder import FolderError, Rows
from scoring.task import Task
from source.data_problems import shown
from source.row_files import read_row_files
from source.text_files import TextForm
from training_data.text_rows import TextRows

_FIELD = "rows"


@dataclass(frozen=True)
class LabelledRows:
    ids: NDArray[np.int64]
    rows: Rows
    labels: NDArray[Any]
    """In the shape that Task says."""


def prepared_rows(path: Path, task: Task) -> LabelledRows:
    """The rows of a split as the preparation of a run has written it."""
    read = TextRows(path, task)
    return LabelledRows(read.ids, read.rows, read.labels)


def labelled_rows(
    place: Path, model: Path, task: Task, *, is_pair: bool, spool: Path
) -> LabelledRows:
    """The rows of a file with texts and labels, in the columns of the training.

    Args:
        model: the model's folder, whose bakeoff.json names the columns.
        spool: an empty folder for what is not kept in memory.

    Raises DataError if the file cannot be read, and FolderError if it is not as the model needs.
    """
    about = _about(model)
    rows = read_row_files(_FIELD, str(place), files_at(place), TextForm(), spool)
    texts = text_columns(model, rows.column_names, (), is_pair=is_pair)
    columns = about.get("label_columns") or ["label"]
    missing = [name for name in columns if name not in rows.column_names]
    if missing:
        raise FolderError(
            f"{place} has no column {shown(missing)}, which holds the labels; its columns are "
            f"{shown(rows.column_names, limit=50)}."
        )
    found, values = encode_labels(
        {"test": LabelValues.read(rows, columns)},
        task=task.kind,
        delimiter=about.get("label_delimiter"),
        label_names=about.get("label_names"),
    )
    labels = _as_trained(found.names, values["test"], task, place)
    given = [row for part in parts_of(rows, texts, ()) for row in part.texts]
    number = next((number for number, row in enumerate(given, 1) if row is None), None)
    if number is not None:
        raise FolderError(f"row {number:,} of {place} holds something that is not a text.")
    known = [row for row in given if row is not None]
    return LabelledRows(np.arange(len(known)), known, labels)


def _as_trained(names: Sequence[str], values: SplitLabels, task: Task, place: Path) -> NDArray[Any]:
    """The labels by the model's own numbers of them."""
    unknown = [name for name in names if name not in task.labels]
    if unknown:
        raise FolderError(
            f"{place} has labels that the model does not know: {shown(unknown)}; it knows "
            f"{shown(task.labels)}."
        )
    if isinstance(values, list):
        multi_hot = np.zeros((len(values), len(task.labels)), dtype=np.float32)
        for row, numbers in enumerate(values):
            multi_hot[row, [task.labels.index(names[number]) for number in numbers]] = 1.0
        return multi_hot
    if task.is_regression:
        return values
    return np.array([task.labels.index(name) for name in names], dtype=np.int64)[values]


def _about(model: Path) -> dict[str, Any]:
    try:
        content = json.loads((model / ABOUT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
