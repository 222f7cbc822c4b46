"""Exports the trained model of a run, and shows what the export loses and gains."""

import tempfile
from pathlib import Path

from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.export_wish import Wish
from bakeoff.cli.model import WantedModel, model_folder
from bakeoff.cli.result_sources import service
from bakeoff.cli.tables import Header, print_paragraph, print_plain, print_table
from bakeoff.client.model_export import ScoredRows, export_model
from bakeoff.client.rows_of_test import fetch_test_rows
from bakeoff.client.saved_model import CARD_FILE, is_model_folder, read_about
from bakeoff.errors import BakeoffError, ServiceError
from bakeoff.export.document import Export
from bakeoff.export.tables import HEADERS, cells
from bakeoff.export.words import sentences

_GIVE_ROWS = "Give labelled rows with --rows to measure what the export loses."


def export(wanted: WantedModel, wish: Wish, around: Surroundings) -> ExitStatus:
    """Puts the exported model into a folder, and shows what was measured.

    The status is SOME_FAILED if it was exported, but there were no rows to measure with.
    """
    if not wish.is_onnx:
        raise BakeoffError("Say the format: --onnx, or --onnx --int8.")
    if wish.rows is not None and not wish.rows.exists():
        raise BakeoffError(f"There is no file {wish.rows}.")
    folder = Path(wanted.name)
    if not is_model_folder(folder):
        folder = model_folder(wanted, None, around)
    ending = "-onnx-int8" if wish.is_int8 else "-onnx"
    output = wish.output or folder.resolve().with_name(folder.resolve().name + ending)
    with tempfile.TemporaryDirectory(prefix="bakeoff-export-") as place:
        rows = _rows(wanted, wish, folder, Path(place) / "test.parquet", around)
        around.note(f"Exporting {folder} ...")
        found = export_model(
            folder,
            output,
            "int8" if wish.is_int8 else "fp32",
            rows,
            is_quiet=around.is_quiet,
            allow_remote_code=wish.allow_remote_code,
        )
    _show(found, _shown(output), around)
    return ExitStatus.OK if found.measured else ExitStatus.SOME_FAILED


def _rows(
    wanted: WantedModel, wish: Wish, folder: Path, path: Path, around: Surroundings
) -> ScoredRows | None:
    """The file that is given, else the test rows of the run; None if they are not to be had."""
    if wish.rows is not None:
        return ScoredRows(wish.rows, f"the rows of {wish.rows.name}", is_prepared=False)
    run = str(read_about(folder).get("run") or "")
    reason = f"The test rows of run {run} are no longer there."
    try:
        if run and fetch_test_rows(service(wanted.is_local, around), run, path):
            return ScoredRows(path, f"the test rows of run {run}", is_prepared=True)
    except ServiceError as error:
        reason = f"The test rows of the run cannot be read. {error}"
    print_paragraph(around.err, f"{reason} {_GIVE_ROWS}")
    return None


def _show(found: Export, output: Path, around: Surroundings) -> None:
    if found.measured is not None:
        headers = [Header(name, is_number=bool(name)) for name in HEADERS]
        print_table(around.out, headers, cells(found.measured))
    for sentence in sentences(found):
        print_paragraph(around.out, sentence)
    print_plain(around.out, f"The exported model is in {output}; its card is {output / CARD_FILE}.")
    print_plain(around.out, f"Use it: bakeoff predict {output} ROWS.csv")


def _shown(output: Path) -> Path:
    """Without what leads to this folder, where it is below it."""
    here = Path.cwd()
    return output.relative_to(here) if output.is_relative_to(here) else output
