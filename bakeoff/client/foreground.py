"""Runs programs in the foreground, so that Ctrl-C is theirs."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType


def run_in_foreground(command: Sequence[str], folder: Path | None = None) -> int:
    """Runs a command in `folder` (None: this one); its exit status.

    Ctrl-C reaches the command, which ends in its own way while this program waits for it; a
    request to terminate is passed on.
    """
    process = subprocess.Popen(command, cwd=folder)

    def pass_on(number: int, frame: FrameType | None) -> None:
        process.terminate()

    # After the start, as a child would inherit that the signal is ignored.
    previous = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        signal.SIGTERM: signal.signal(signal.SIGTERM, pass_on),
    }
    try:
        status = process.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return status if status >= 0 else 128 - status


def python_module(*arguments: str) -> list[str]:
    """The command for one of this project's own modules."""
    return [sys.executable, "-m", *arguments]
