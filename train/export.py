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
    from exporting.measuring import Wanted, measure
    from exporting.onnx_folder import export_model
    from prediction.progress_line import ProgressLine
    from prediction.saved_folder import FolderError
    from source.data_problems import DataError

    remote = options.allow_remote_code
    try:
        with tempfile.TemporaryDirectory(prefix="bakeoff-export-") as spool:
            export_model(
                options.model, options.output, is_int8=options.int8, allow_remote_code=remote
            )
            if options.measured:
                wanted = Wanted(options.prepared, options.rows, Path(spool), remote)
                progress = ProgressLine(is_quiet=options.quiet)
                measure(options.model, options.output, wanted, options.measured, progress.show)
                progress.end()
        return OK
    except DataError as error:
        for each in error.problems:
            print(f"Error: {each.problem} {each.remedy}", file=sys.stderr)
    except (FolderError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
    return FAILED


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
