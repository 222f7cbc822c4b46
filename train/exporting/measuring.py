"""Scores and times an exported model beside its original, and writes what was found."""

from collections.abc import Callable
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
from job.shipped_code import CODE_FOLDER
from job.training_report import write_predictions
from prediction.saved_folder import FolderError, facts_of, load_saved_model, task_of

MEASUREMENT_FILE = "measurement.json"
ORIGINAL_FILE, EXPORTED_FILE = "original.npz", "exported.npz"


def read_rows(
    original: Path, *, prepared: Path | None, file: Path | None, spool: Path
) -> LabelledRows:
    """The rows to measure with.

    Args:
        original: the folder of the model that is exported.
        prepared: a split as the preparation of a run has written it.
        file: else a file with labelled rows.
        spool: an empty folder, which is needed as long as the rows are.

    Raises DataError or FolderError if the rows cannot be used.
    """
    facts = facts_of(original)
    if prepared is not None:
        return prepared_rows(prepared, task_of(facts))
    if file is None:
        raise FolderError("there are no rows to measure with: give some with --rows.")
    is_pair = bool(facts.get("is_pair"))
    return labelled_rows(file, original, task_of(facts), is_pair=is_pair, spool=spool)


def measure(
    original: Path,
    exported: Path,
    labelled: LabelledRows,
    folder: Path,
    on_rows: Callable[[int, int], None] = lambda more, rows: None,
    *,
    allow_remote_code: bool = False,
) -> None:
    """Both answer the rows; the measurement and the answers are written to `folder`.

    `on_rows` is told how many more rows are done, and how many there are.
    """
    first, second = (
        load_saved_model(each, allow_remote_code=allow_remote_code) for each in (original, exported)
    )
    load = OtherLoad()
    batch_rows = int(facts_of(original)["batch_rows"])
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


def _model_bytes(folder: Path) -> int:
    """Of the files that the model needs, without code."""
    code = folder / CODE_FOLDER
    return folder_bytes(folder) - (folder_bytes(code) if code.is_dir() else 0)
