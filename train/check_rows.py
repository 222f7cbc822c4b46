"""Looks into the files of a data set, before a request is sent.

    python3 check_rows.py [--guess] < REQUEST

The request is the document that the preparation reads, with paths of this machine in place of URIs.
What was found is printed as JSON.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from documents.json_documents import from_json_value, json_value
from documents.preparation_request import PreparationRequest
from first_look.first_look import first_look


def main(arguments: Sequence[str], given: TextIO, answer: TextIO) -> int:
    """Returns the exit status; `given` is read to its end."""
    request = from_json_value(PreparationRequest, json.load(given), "request")
    # What the preparation prints is its log, and here nobody reads one.
    with TemporaryDirectory() as scratch, redirect_stdout(sys.stderr):
        found = first_look(request, Path(scratch), may_guess="--guess" in arguments)
    json.dump(json_value(found), answer)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdin, sys.stdout))
