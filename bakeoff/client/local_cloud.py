"""A local cloud for as long as a program needs one."""

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from botocore.exceptions import ClientError

from bakeoff.client.checkout import Checkout, find_checkout
from bakeoff.client.child_process import end_by_closing_input
from bakeoff.client.cloud import Cloud
from bakeoff.errors import LocalCloudEndedError, ServiceError

# Runs inside the cloud: reports how to reach it, and keeps it until standard input closes. That
# happens too when this program dies, however it dies.
_HOLD = "import json, os, sys; print(json.dumps(dict(os.environ)), flush=True); sys.stdin.read()"
# `local exec` sets it in a cloud that was there before.
_KEPT_VARIABLE = "BAKEOFF_LOCAL_KEPT"
_STOP_SECONDS = 30.0
_NOTICE_SECONDS = 20.0
_LOOK_SECONDS = 0.3
_MAX_LOG_CHARACTERS = 4000
_MAX_LINE_CHARACTERS = 150
_GO_ON = (
    "Run the same request again to go on: jobs that had finished are not trained again, and those "
    "that had begun go on from their last checkpoint."
)


@contextmanager
def local_cloud(say: Callable[[str], None] = lambda line: None) -> Iterator[Cloud]:
    """Connects to the local cloud in the background, or to one that starts now and ends here.

    `say` gets a line on each step of the start.

    Raises ServiceError, with the end of its log, if it does not start, and LocalCloudEndedError if
    it ends while it is needed.
    """
    checkout = find_checkout()
    with tempfile.TemporaryFile() as log:
        process = _started(checkout, log)
        try:
            with _told(log, say):
                variables = _variables(process, log)
        except BaseException:
            # While it starts, it does not look at its standard input.
            process.terminate()
            end_by_closing_input(process, _STOP_SECONDS)
            raise
        try:
            yield Cloud.connect(variables, is_temporary=_KEPT_VARIABLE not in variables)
        except ServiceError as error:
            raise _explained(error, process, log) from error
        finally:
            end_by_closing_input(process, _STOP_SECONDS)


def running_local_cloud() -> Cloud | None:
    """The local cloud that runs in the background; None if there is none."""
    try:
        checkout = find_checkout()
    except ServiceError:
        return None
    asked = subprocess.run(
        checkout.command("local", "environment"), cwd=checkout.folder, capture_output=True
    )
    return Cloud.connect(json.loads(asked.stdout)) if asked.returncode == 0 else None


def _started(checkout: Checkout, log: IO[bytes]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        checkout.command("local", "exec", "--", checkout.python, "-c", _HOLD),
        cwd=checkout.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        # Ctrl-C is for this program, which ends the cloud when it no longer needs it.
        start_new_session=True,
    )


@contextmanager
def _told(log: IO[bytes], say: Callable[[str], None]) -> Iterator[None]:
    """Passes on what is written into the log meanwhile, line by line."""
    has_started = threading.Event()

    def follow() -> None:
        told, is_last = 0, False
        while not is_last:
            is_last = has_started.wait(_LOOK_SECONDS)
            # Reading at a place does not move the one at which the other program writes.
            lines = os.pread(log.fileno(), _MAX_LOG_CHARACTERS, told).splitlines(keepends=True)
            for line in lines:
                if line.endswith(b"\n"):
                    told += len(line)
                    say(line.decode(errors="replace").rstrip()[:_MAX_LINE_CHARACTERS])

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    try:
        yield
    finally:
        has_started.set()
        follower.join()


def _variables(process: "subprocess.Popen[bytes]", log: IO[bytes]) -> dict[str, str]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        process.wait()
        raise ServiceError(f"The local cloud did not start:\n{_end_of(log)}")
    return dict(json.loads(line))


def _explained(
    error: ServiceError, process: "subprocess.Popen[bytes]", log: IO[bytes]
) -> ServiceError:
    """The error, or that the cloud has ended; `local exec` notices it and ends a moment later."""
    if isinstance(error.__cause__, ClientError):
        return error  # the cloud has answered
    try:
        process.wait(_NOTICE_SECONDS)
    except subprocess.TimeoutExpired:
        return error
    return LocalCloudEndedError(f"{_end_of(log)}\n{_GO_ON}")


def _end_of(log: IO[bytes]) -> str:
    """Long lines are cut, so that the first one, which says why, is not lost for the others."""
    log.seek(0)
    lines = log.read().decode(errors="replace").strip().splitlines()
    return "\n".join(line[:_MAX_LINE_CHARACTERS] for line in lines)[-_MAX_LOG_CHARACTERS:]
