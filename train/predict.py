"""Uses the saved model in whose folder `code/` this script is.

`python code/predict.py rows.csv --output predictions.csv` answers all rows of a file. In Python,
with the folder `code` in sys.path, `from predict import load` gives a SavedModel.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from prediction.file_answers import Answered
    from prediction.saved_folder import SavedModel

FOLDER = Path(__file__).resolve().parents[1]
OK, FAILED, SOME_UNREADABLE = 0, 1, 3
_MOST_NAMED = 10


def load(folder: str | Path = FOLDER, *, allow_remote_code: bool = False) -> "SavedModel":
    """The saved model in `folder`.

    `allow_remote_code` permits models with code of their own, which then runs on this machine.
    Raises FolderError if there is no model that can be used.
    """
    from prediction.quiet_libraries import quieten_libraries

    quieten_libraries()
    from prediction.saved_folder import load_saved_model

    return load_saved_model(Path(folder), allow_remote_code=allow_remote_code)


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0, 1 without answers, 3 if some rows have none."""
    options = _parser().parse_args(arguments)
    if (options.rows is None) == (not options.converse):
        _parser().error("give ROWS with --output")
    replies = _own_output() if options.converse else sys.stdout
    try:
        return _run(options, replies)
    except ModuleNotFoundError as error:
        print(
            f"Error: the library {error.name} is not installed: install those of the model with "
            f"`pip install -r {FOLDER / 'requirements.txt'}`.",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        return 130
    return FAILED


def _run(options: argparse.Namespace, replies: TextIO) -> int:
    from prediction.quiet_libraries import quieten_libraries

    # The next imports bring them in.
    quieten_libraries()
    from prediction.conversation import converse
    from prediction.file_answers import Asked, answer_rows
    from prediction.progress_line import ProgressLine
    from prediction.saved_folder import FolderError
    from source.data_problems import DataError

    try:

        def model() -> "SavedModel":
            return load(options.model, allow_remote_code=options.allow_remote_code)

        if options.converse:
            converse(model(), sys.stdin, replies)
            return OK
        asked = Asked(options.rows, options.output, options.text, options.keep, options.encoding)
        progress = ProgressLine(is_quiet=options.quiet)
        answered = answer_rows(options.model, model, asked, progress.show)
        progress.end()
        return _told(answered, options.output)
    except DataError as error:
        for each in error.problems:
            remedy = each.remedy.replace('"encoding": ', "--encoding ").replace(" in dataset", "")
            print(f"Error: {each.problem} {remedy}", file=sys.stderr)
    except (FolderError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
    return FAILED


def _told(answered: "Answered", output: Path) -> int:
    unreadable = answered.unreadable
    if not unreadable:
        return OK
    some = ", ".join(f"{number:,}" for number in unreadable[:_MOST_NAMED])
    more = f" and {len(unreadable) - _MOST_NAMED:,} more" if unreadable[_MOST_NAMED:] else ""
    print(
        f"{output} lacks {len(unreadable):,} of {answered.num_rows:,} rows, whose values are no "
        f"texts: row {some}{more}. Write them as texts, in quotes.",
        file=sys.stderr,
    )
    return SOME_UNREADABLE


def _own_output() -> TextIO:
    """Standard output for replies alone: what libraries print goes to standard error."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return replies


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="predict.py", description="Answer the rows of a file with the model in this folder."
    )
    parser.add_argument(
        "rows", nargs="?", type=Path, help="CSV, TSV, JSON Lines or Parquet; plain, .gz or .zst"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("predictions.csv"),
        help="the file to write, .csv, .jsonl or .parquet (default: predictions.csv)",
    )
    parser.add_argument(
        "--text",
        action="append",
        default=[],
        metavar="COLUMN",
        help="the column of the texts; twice for pairs (default: as in training)",
    )
    parser.add_argument(
        "--keep", action="append", default=[], metavar="COLUMN", help="copy it into the output"
    )
    parser.add_argument("--encoding", help="of a text file, such as cp1252")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.add_argument("--model", type=Path, default=FOLDER, help=argparse.SUPPRESS)
    parser.add_argument(
        "--allow-remote-code",
        action="store_true",
        help="run code that the model's authors have put into its files",
    )
    parser.add_argument("--converse", action="store_true", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
