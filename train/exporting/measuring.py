"""Scores and times an exported model beside its original, and writes what was found."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from documents.export_measurement import ExportMeasurement
from documents.json_documents import write_document
from exporting.labelled_rows import LabelledRows, labelled_rows, prepared_rows
from exporting.onnx_file import folder_bytes
from exporting.onnx_folder import RUNTIME
from exporting.side_by_side import side_by_side
from job.hardware import device_name
from job.other_load import OtherLoad
from job.saved_model import read_facts
from job.shipped_code import CODE_FOLDER
from job.training_report import write_predictions
from prediction.saved_folder import FolderError, SavedModel, load_saved_model

MEASUREMENT_FILE = "measurement.json"
ORIGINAL_FILE, EXPORTED_FILE = "original.npz", "exported.npz"


@dataclass(frozen=True)
class Wanted:
    """Which rows to measure with."""

    prepared: Path | None
    """A split as the preparation of a run has written it."""
    file: Path | None
    """Else a file with labelled rows."""
    spool: Path
    """An empty folder."""
    allow_remote_code: bool = False


def measure(
    original: Path,
    exported: Path,
    wanted: Wanted,
    folder: Path,
    on_rows: Callable[[int, int], None] = lambda more, rows: None,
) -> None:
    """Both answer the rows; the measurement and the answers are written to `folder`.

    `on_rows` is told how many more rows are done, and how many there are.

    Raises DataError or FolderError if the rows cannot be used.
    """
    first, second = (
        load_saved_model(each, allow_remote_code=wanted.allow_remote_code)
        for each in (original, exported)
    )
    labelled = _rows(wanted, original, first)
    load = OtherLoad()
    batch_rows = int(read_facts(original)["batch_rows"])
    found = side_by_side(
        (first, second),
        labelled.rows,
        batch_rows,
        (_model_bytes(original), _model_bytes(exported)),
        lambda more: on_rows(more, len(labelled.rows)),
    )
    others = load.so_far()
    task = first.task
    for name, logits in zip((ORIGINAL_FILE, EXPORTED_FILE), found.logits, strict=True):
        write_predictions(folder / name, labelled.ids, labelled.labels, logits)
    document = ExportMeasurement(
        task=task.kind,
        labels=[*task.labels],
        positive_label=None if task.positive_index is None else task.labels[task.positive_index],
        threshold=first.threshold,
        num_rows=len(labelled.rows),
        batch_rows=batch_rows,
        latency_rows=found.latency_rows,
        device=device_name(uses_gpu=False),
        runtime=f"{RUNTIME} {version(RUNTIME)}",
        original=found.speeds[0],
        exported=found.speeds[1],
        notes=[others.note] if others and others.note else [],
    )
    write_document(folder / MEASUREMENT_FILE, document)


def _rows(wanted: Wanted, original: Path, model: SavedModel) -> LabelledRows:
    if wanted.prepared is not None:
        return prepared_rows(wanted.prepared, model.task)
    if wanted.file is None:
        raise FolderError("there are no rows to measure with: give some with --rows.")
    return labelled_rows(
        wanted.file, original, model.task, is_pair=model.is_pair, spool=wanted.spool
    )


def _model_bytes(folder: Path) -> int:
    """Of the files that the model needs, without code."""
    code = folder / CODE_FOLDER
    return folder_bytes(folder) - (folder_bytes(code) if code.is_dir() else 0)
