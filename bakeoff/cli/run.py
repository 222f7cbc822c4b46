"""`run`: a request, or rows with the models to compare on them, from its check to its results."""

from pathlib import Path

from bakeoff.cli.checked_request import load_checked
from bakeoff.cli.commands import ExitStatus, Surroundings, run, run_locally
from bakeoff.cli.found_rows import rows_in_words
from bakeoff.cli.rows_request import REQUEST_SUFFIX, GivenRows, checked_rows
from bakeoff.client.request_file import RequestFile
from bakeoff.errors import BakeoffError


def run_request(given: GivenRows, output: Path, is_local: bool, around: Surroundings) -> ExitStatus:
    """Runs the request in the file `given.train`, or one for the rows in it if models are given.

    Raises RequestError with all problems of the request, its paths and its rows.
    """
    start = run_locally if is_local else run
    return start(_request(given, around), output, around)


def _request(given: GivenRows, around: Surroundings) -> RequestFile:
    path = given.train
    if given.models:
        found, look = checked_rows(given, around.look_into)
        for sentence in rows_in_words(look):
            around.note(sentence)
        return found.file
    if path.is_dir() or path.suffix.lower() != REQUEST_SUFFIX:
        raise BakeoffError(
            f"{path} is not a request. Name the models to compare on its rows with --models, or "
            f"write a request for it with `bakeoff init {path}`."
        )
    if given.says_more_than_models:
        raise BakeoffError(
            "--test, --text, --label, --task, --encoding and --label-delimiter go with --models: "
            f"write them into {path}."
        )
    return load_checked(path, around.look_into).file
