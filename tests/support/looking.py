"""The look into files that the command line takes, without a program of its own."""

import io
import json

import check_rows
from bakeoff.prepared.first_look import FirstLook


def look_into(request, may_guess=False):
    answer = io.StringIO()
    arguments = ["--guess"] if may_guess else []
    assert check_rows.main(arguments, io.StringIO(json.dumps(request)), answer) == 0
    return FirstLook.from_json(answer.getvalue().encode())
