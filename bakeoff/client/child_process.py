"""Ends programs that this one has started, and that read their standard input until it closes."""

import subprocess
from contextlib import suppress
from typing import IO, Any


def end_by_closing_input(process: "subprocess.Popen[Any]", patience_seconds: float) -> None:
    """Closes its input, waits for its end, and kills it if it is still there after the patience."""
    stdin, stdout = _pipe(process.stdin), _pipe(process.stdout)
    # It may have ended already, and then what was written to it last could not be sent.
    with suppress(OSError):
        stdin.close()
    try:
        process.wait(patience_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        stdout.close()


def _pipe(stream: IO[Any] | None) -> IO[Any]:
    assert stream is not None
    return stream
