"""Looks into files of this machine with the code that will prepare them.

The rules by which rows and labels are read are in the training code, which this package may not
import. It runs as a program of its own, as it does in a job, so that what is said here is what the
run would say.
"""

import json
import subprocess
from typing import Any

from bakeoff.client.checkout import find_checkout
from bakeoff.errors import DocumentError, ServiceError
from bakeoff.prepared.first_look import FirstLook

_PATIENCE_SECONDS = 300.0
_MAX_REASON = 300


def look_into(request: dict[str, Any], may_guess: bool = False) -> FirstLook:
    """What the files of a `look_request` hold.

    With `may_guess`, columns without a usual name are found by their content.

    Raises ServiceError if nothing could look, such as without a checkout.
    """
    checkout = find_checkout()
    script = checkout.folder / "train" / "check_rows.py"
    command = [checkout.python, str(script), *(["--guess"] if may_guess else [])]
    try:
        asked = subprocess.run(
            command,
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise ServiceError(f"It took more than {_PATIENCE_SECONDS:.0f} seconds.") from error
    if asked.returncode != 0:
        lines = asked.stderr.decode(errors="replace").strip().splitlines() or ["it gave no reason"]
        raise ServiceError(lines[-1][:_MAX_REASON])
    try:
        return FirstLook.from_json(asked.stdout)
    except DocumentError as error:
        raise ServiceError(f"{script} is of another version: run `make setup` there.") from error
