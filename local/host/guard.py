"""Run a command that cannot outlive the program that started it: `python guard.py COMMAND...`.

The starter holds the other end of this program's standard input. When that end closes, for
whatever reason (a kill -9 of the starter included), the command's whole process group is killed.
Start it in its own session. The exit status is the command's, or 128 + N for signal N.
"""

import os
import signal
import subprocess
import sys
import threading


def guarded(command: list[str]) -> list[str]:
    """The command line that runs `command` under the guard."""
    return [sys.executable, "-I", __file__, *command]


def _kill_group_at_end_of_input() -> None:
    while os.read(0, 4096):
        pass
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Run the command given by the arguments."""
    # Unlike SIG_IGN, a handler is not inherited, so the command can still be interrupted.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_kill_group_at_end_of_input, daemon=True).start()
    status = child.wait()
    # Not sys.exit: the interpreter would wait for the thread that reads standard input.
    os._exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()
