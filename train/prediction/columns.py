"""The columns of a file that hold the texts."""

import json
from collections.abc import Sequence
from pathlib import Path

from prediction.saved_folder import FolderError
from source.data_problems import meant, shown

ABOUT_FILE = "bakeoff.json"
"""Written beside the model by whoever fetched it: where it comes from, and `text_columns`."""


def text_columns(
    folder: Path, column_names: Sequence[str], named: Sequence[str], *, is_pair: bool
) -> list[str]:
    """The columns that are named, else those that the model was trained on, else `text`.

    Raises FolderError, which lists the file's columns, if they are not there.
    """
    number = 2 if is_pair else 1
    known = _known(column_names)
    wanted = [*named] or _trained_on(folder) or ["text"]
    if len(wanted) != number:
        raise FolderError(
            f"This model takes {number} text column{'s' if is_pair else ''}, not "
            f"{shown(wanted)}: name {'both' if is_pair else 'it'} with --text. {known}"
        )
    missing = [name for name in wanted if name not in column_names]
    if missing:
        raise FolderError(
            f"The file has no column {shown(missing)}. {meant(missing[0], column_names)}"
            f"Name the texts' with --text. {known}"
        )
    return wanted


def check_kept(kept: Sequence[str], column_names: Sequence[str]) -> None:
    """Raises FolderError if a column that is to be kept is not there."""
    missing = [name for name in kept if name not in column_names]
    if missing:
        raise FolderError(
            f"The file has no column {shown(missing)} to keep. "
            f"{meant(missing[0], column_names)}{_known(column_names)}"
        )


def _known(column_names: Sequence[str]) -> str:
    return f"Its columns are: {shown(column_names, limit=50)}."


def _trained_on(folder: Path) -> list[str]:
    try:
        about = json.loads((folder / ABOUT_FILE).read_text(encoding="utf-8"))
        return [str(name) for name in about["text_columns"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []
