"""Exports the saved model in whose folder `code/` this script is to ONNX.

`python code/export.py --output FOLDER --int8` writes a folder that stands alone and needs no torch.
With labelled rows, both models answer them in turns, and what that took is written beside the
answers.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
OK, FAILED = 0, 1


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0, or 1 if nothing was exported."""
    options = _parser().parse_args(arguments)
    if (options.rows or options.prepared) and not options.measured:
        _parser().error("say with --measured where the measurement is to be written")
    # Both models are measured on the processor, where the exported one will be used.
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    try:
        return _run(options)
    except ModuleNotFoundError as error:
        print(
            f"Error: the library {error.name} is not installed: install those of the model with "
            f"`pip install -r {FOLDER / 'requirements.txt'}`, and those that export it with "
            "`pip install onnx onnxruntime onnxscript`.",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        return 130
    return FAILED


def _run(options: argparse.Namespace) -> int:
    from prediction.quiet_libraries import quieten_libraries

    quieten_libraries()
    from prediction.saved_folder import FolderError
    from source.data_problems import DataError

    try:
        with tempfile.TemporaryDirectory(prefix="bakeoff-export-") as spool:
            _export(options, Path(spool))
        return OK
    except DataError as error:
        for each in error.problems:
            print(f"Error: {each.problem} {each.remedy}", file=sys.stderr)
    except (FolderError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
    return FAILED


def _export(options: argparse.Namespace, spool: Path) -> None:
    from exporting.measuring import measure, read_rows
    from exporting.onnx_folder import export_model
    from prediction.progress_line import ProgressLine

    model, output, remote = options.model, options.output, options.allow_remote_code
    # First, as an export takes longer than it takes to see that they cannot be used.
    rows = (
        read_rows(model, prepared=options.prepared, file=options.rows, spool=spool)
        if options.measured
        else None
    )
    export_model(model, output, is_int8=options.int8, allow_remote_code=remote)
    if rows is not None:
        progress = ProgressLine(is_quiet=options.quiet)
        measure(model, output, rows, options.measured, progress.show, allow_remote_code=remote)
        progress.end()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="export.py", description="Export the model in this folder to ONNX."
    )
    parser.add_argument("--output", type=Path, required=True, help="a new folder")
    parser.add_argument("--int8", action="store_true", help="weights of 8 bits instead of 32")
    parser.add_argument("--rows", type=Path, help="a file with labelled rows to score both on")
    parser.add_argument(
        "--measured", type=Path, metavar="FOLDER", help="where to write answers and times"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.add_argument("--prepared", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--model", type=Path, default=FOLDER, help=argparse.SUPPRESS)
    parser.add_argument(
        "--allow-remote-code",
        action="store_true",
        help="run code that the model's authors have put into its files",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
