"""What the training code has to know to look into the files of a request.

It is made from the document as it stands, which need not be a valid request: who has made three
mistakes is answered with all three. A member that cannot be understood is left at its default: the
check of the request says what is wrong with it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bakeoff.client.request_file import paths_of
from bakeoff.metrics import TASKS
from bakeoff.request.draft import Draft
from bakeoff.request.schema import CommonFields

_SPLITS = ("train", "validation", "test")
# A method that learns from rows, and one that does not.
_LEARNS, _READS_NAMES = "tfidf", "zeroshot"


def look_request(document: dict[str, Any], folder: Path) -> dict[str, Any] | None:
    """In the form of the preparation's request; None if no data set is on this machine.

    Only splits that exist are in it.
    """
    paths = {
        str(place[1]) if len(place) > 1 else "train": str(path.resolve())
        for place, path in paths_of(document, folder).items()
        if place[0] == "dataset" and path.exists()
    }
    if not paths:
        return None
    return _with_files(paths, document)


def look_at_files(paths: Mapping[str, Path]) -> dict[str, Any]:
    """The same for files alone, by split."""
    return _with_files({split: str(path.resolve()) for split, path in paths.items()}, {})


def _with_files(paths: Mapping[str, str], document: Mapping[str, Any]) -> dict[str, Any]:
    draft = Draft.model_validate(document)
    dataset = document.get("dataset")
    given = dataset if isinstance(dataset, dict) else {}
    nothing = dict.fromkeys(_SPLITS)
    method = _LEARNS if "train" in paths else _READS_NAMES
    return {
        "schema_version": 2,
        "dataset": {
            "id": "",
            "config": None,
            "revision": None,
            "splits": nothing,
            "files": nothing | dict(paths),
            "encoding": _text(given.get("encoding")),
            "quotes": given["quotes"] if isinstance(given.get("quotes"), bool) else None,
        },
        "text": _texts(draft.text),
        "label": _texts(draft.label),
        "label_delimiter": _text(draft.label_delimiter),
        "label_names": _texts(draft.label_names),
        "task": draft.task if draft.task in TASKS else None,
        "positive_label": None if draft.positive_label is None else str(draft.positive_label),
        "slices": _texts(draft.slices) or [],
        "drop_leaked": document.get("drop_leaked") is not False,
        **{name: _number(document, name) for name in ("max_train_rows", "max_test_rows")},
        **{name: _number(document, name) for name in ("validation_fraction", "test_fraction")},
        "split_seed": _number(document, "split_seed"),
        "candidates": [
            {
                "candidate": method,
                "model": method,
                "revision": None,
                "method": method,
                "hyperparameters": {"max_length": None},
            }
        ],
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(values: object) -> list[str] | None:
    given = values if isinstance(values, list) else []
    return [str(value) for value in given if isinstance(value, str | int)] or None


def _number(document: Mapping[str, Any], name: str) -> Any:
    """The field's value if it is in its range, else its default."""
    field = CommonFields.model_fields[name]
    value = document.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return field.default
    try:
        CommonFields.model_validate({name: value})
    except ValueError:
        return field.default
    return value
