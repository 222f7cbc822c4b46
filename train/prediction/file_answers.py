"""Answers all rows of a file, with a part of them in memory at a time."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from prediction.answer_file import answer_file, answered_rows
from prediction.columns import check_kept, text_columns
from prediction.given_rows import Part, parts_of
from prediction.saved_folder import FolderError, OnRows, SavedModel, facts_of, task_of
from source.row_files import read_row_files
from source.text_files import TextForm

_FIELD = "rows"


@dataclass(frozen=True)
class Answered:
    num_rows: int
    unreadable: list[int]
    """The numbers of the rows, from 1, whose values are no texts; they have no answer."""


@dataclass(frozen=True)
class Asked:
    """The file to answer, and how it is to be read."""

    rows: Path
    output: Path
    text: Sequence[str] = ()
    """The columns of the texts; empty: those that the model was trained on."""
    kept: Sequence[str] = ()
    """Columns to copy beside the answers."""
    encoding: str | None = None


def answer_rows(
    folder: Path,
    load: Callable[[], SavedModel],
    asked: Asked,
    on_rows: Callable[[int, int], None],
) -> Answered:
    """Write an answer for each row to `asked.output`.

    Args:
        folder: the model's.
        load: gives the model of that folder, which takes seconds; not called if it turns out before
            that the file cannot be answered.
        on_rows: is told how many more rows are done, and how many there are.

    Raises DataError if the file cannot be read, FolderError if columns are missing, and OSError.
    """
    form = TextForm(asked.encoding)
    unreadable: list[int] = []
    with tempfile.TemporaryDirectory(prefix="bakeoff-predict-") as spool:
        place = str(asked.rows)
        rows = read_row_files(_FIELD, place, files_at(asked.rows), form, Path(spool))
        facts = facts_of(folder)
        is_pair = bool(facts.get("is_pair"))
        columns = text_columns(folder, rows.column_names, asked.text, is_pair=is_pair)
        check_kept(asked.kept, rows.column_names)
        with answer_file(asked.output, task_of(facts), asked.kept) as file:
            model = load()
            for part in parts_of(rows, columns, asked.kept):
                file.append(_lines(model, part, asked.kept, lambda more: on_rows(more, len(rows))))
                unreadable += [
                    number for number, texts in enumerate(part.texts, part.first) if texts is None
                ]
        return Answered(len(rows), unreadable)


def _lines(
    model: SavedModel, part: Part, kept: Sequence[str], on_rows: OnRows
) -> list[dict[str, object]]:
    readable = [place for place, texts in enumerate(part.texts) if texts is not None]
    texts = [texts for texts in part.texts if texts is not None]
    return answered_rows(
        [part.first + place for place in readable],
        kept,
        [part.kept[place] for place in readable],
        model.task,
        model.answers(texts, on_rows),
    )


def files_at(place: Path) -> list[Path]:
    """The file, or all files below a folder."""
    found = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else []
    if found or place.is_file():
        return found or [place]
    raise FolderError(f"{place} is neither a file nor a folder with some.")
