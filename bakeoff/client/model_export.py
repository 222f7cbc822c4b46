"""Exports a trained model by the code in its own folder, and says what the export costs."""

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bakeoff.client.foreground import run_in_foreground
from bakeoff.client.model_folder import check_free, put_in_place
from bakeoff.client.saved_model import ABOUT_FILE, CARD_FILE, EXPORT_SCRIPT, read_about
from bakeoff.errors import ModelError
from bakeoff.export.card import exported_card
from bakeoff.export.comparison import loss_of_quality
from bakeoff.export.document import EXPORT_FILE, Export, Measured, Precision
from bakeoff.export.measurement import (
    EXPORTED_FILE,
    MEASUREMENT_FILE,
    ORIGINAL_FILE,
    ExportMeasurement,
)
from bakeoff.metrics import default_main_metric
from bakeoff.statistics.predictions import read_predictions

_INTERRUPTED = 130


@dataclass(frozen=True)
class ScoredRows:
    """The rows to measure with."""

    path: Path
    called: str
    """A phrase for people."""
    is_prepared: bool
    """Whether they are a split of a prepared data set; else a file of the user's."""


def export_model(
    folder: Path,
    output: Path,
    precision: Precision,
    rows: ScoredRows | None,
    *,
    is_quiet: bool = False,
    allow_remote_code: bool = False,
) -> Export:
    """Puts the model in `folder`, as ONNX, into `output`, with its card and what was measured.

    Raises BakeoffError if `output` holds something else, or the model cannot be exported; the
    reason of its own code is then on standard error.
    """
    if not (folder / EXPORT_SCRIPT).is_file():
        raise ModelError(
            f"The code in {folder} cannot export: the model was trained by an earlier version. "
            "Run its request again."
        )
    check_free(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".exported-", dir=output.parent) as place:
        new, measured = Path(place) / "model", Path(place) / "measured"
        options = ["--output", str(new), *(["--int8"] if precision == "int8" else [])]
        if rows is not None:
            option = "--prepared" if rows.is_prepared else "--rows"
            options += ["--measured", str(measured), option, str(rows.path.resolve())]
        options += ["--quiet"] if is_quiet else []
        options += ["--allow-remote-code"] if allow_remote_code else []
        status = run_in_foreground([sys.executable, str(folder / EXPORT_SCRIPT), *options])
        if status == _INTERRUPTED:
            raise KeyboardInterrupt
        if status != 0:
            raise ModelError(f"The model in {folder} was not exported.")
        found = None if rows is None else _measured(folder, measured, rows)
        export = Export(precision=precision, measured=found)
        _describe(folder, new, export)
        put_in_place(new, output, Path(place) / "before")
    return export


def _measured(folder: Path, written: Path, rows: ScoredRows) -> Measured:
    found = ExportMeasurement.from_json((written / MEASUREMENT_FILE).read_bytes())
    original, exported = (
        read_predictions((written / name).read_bytes()) for name in (ORIGINAL_FILE, EXPORTED_FILE)
    )
    metric = read_about(folder).get("main_metric") or default_main_metric(found.task)
    loss = loss_of_quality(found, original, exported, str(metric))
    return Measured.of(found, loss, rows.called)


def _describe(folder: Path, new: Path, export: Export) -> None:
    """Writes the card, what was measured, and where the model comes from."""
    about = read_about(folder)
    of_original = {name: about.pop(name) for name in ("test", "validation") if name in about}
    about |= {"format": export.format, "precision": export.precision, "original": of_original}
    (new / ABOUT_FILE).write_text(json.dumps(about, indent=1), encoding="utf-8")
    (new / EXPORT_FILE).write_bytes(export.to_json())
    card = folder / CARD_FILE
    text = card.read_text(encoding="utf-8") if card.is_file() else ""
    is_pair = len(about.get("text_columns") or []) > 1
    (new / CARD_FILE).write_text(exported_card(text, export, is_pair=is_pair), encoding="utf-8")
