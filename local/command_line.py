"""The local cloud's command line: `python -m local up | down | environment | exec -- COMMAND`."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import TextIO

from local.cloud import (
    ROOT,
    LocalCloud,
    RunningCloud,
    clean_environment,
    remove_if_ended,
    state_file,
)
from local.errors import EmulatorError, LocalCloudError
from local.host.health import is_healthy
from local.host.processes import command_line, end_process

# At most one cloud runs in the background per state folder, which by default is per checkout.
STATE_DIR = Path(os.environ.get("BAKEOFF_LOCAL_DIR") or ROOT / ".local")
# Tells a command of `exec` that the cloud stays when the command has ended.
KEPT_VARIABLE = "BAKEOFF_LOCAL_KEPT"
_USAGE_STATUS = 2
_FAILURE_STATUS = 1
_POLL_SECONDS = 0.5


def main() -> int:
    """Run a command; returns the exit status."""
    arguments = _parser().parse_args()
    signal.signal(signal.SIGTERM, _exit_on_signal)
    try:
        return int(arguments.run(arguments))
    except (LocalCloudError, ValueError) as error:
        _say(f"Error: {error}", sys.stderr)
        return _FAILURE_STATUS
    except KeyboardInterrupt:
        _say("")
        return 128 + signal.SIGINT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="start the cloud and deploy the app into it")
    up.add_argument("--port", type=int, help="where to listen (default: any free port)")
    up.add_argument("--detach", action="store_true", help="leave it running in the background")
    up.set_defaults(run=_up)
    down = commands.add_parser("down", help="stop the cloud running in the background")
    down.set_defaults(run=_down)
    environment = commands.add_parser(
        "environment", help="print the variables of the cloud running in the background, as JSON"
    )
    environment.set_defaults(run=_environment)
    execute = commands.add_parser(
        "exec", help="run a command against the running cloud, or start one for this command"
    )
    execute.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    execute.set_defaults(run=_exec)
    return parser


def _up(arguments: argparse.Namespace) -> int:
    running = find_running(STATE_DIR)
    if running is not None:
        _say(f"The local cloud is already up at {running.endpoint}; stop it with `down`.")
        return 0
    cloud = LocalCloud(STATE_DIR, port=arguments.port, say=_say)
    _say("Starting the local cloud ...")
    with cloud:
        cloud.announce()
        _say(f"The local cloud is up at {cloud.endpoint}. To use it from a shell:\n")
        for name, value in cloud.environment.items():
            _say(f"  export {name}={value}")
        if arguments.detach:
            cloud.detach()
            _say("\nStop it with: python -m bakeoff local down")
            return 0
        _say("\nStop it with Ctrl-C.")
        cloud.wait()
    _say(f"The local cloud has ended; its log is {cloud.log_file}")
    return _FAILURE_STATUS


def _down(arguments: argparse.Namespace) -> int:
    running = find_running(STATE_DIR)
    if running is None:
        state_file(STATE_DIR).unlink(missing_ok=True)
        _say("No local cloud is running.")
        return 0
    end_process(running.pid)
    state_file(STATE_DIR).unlink(missing_ok=True)
    _say(f"Stopped the local cloud at {running.endpoint}.")
    return 0


def _environment(arguments: argparse.Namespace) -> int:
    running = find_running(STATE_DIR)
    if running is None:
        _say("No local cloud is running.", sys.stderr)
        return _FAILURE_STATUS
    _say(json.dumps(running.environment))
    return 0


def _exec(arguments: argparse.Namespace) -> int:
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    if not command:
        _say("Error: give the command to run, as in `python -m local exec -- env`", sys.stderr)
        return _USAGE_STATUS
    running = find_running(STATE_DIR)
    if running is not None:
        return _run(command, running, {KEPT_VARIABLE: "1"})
    STATE_DIR.mkdir(exist_ok=True)
    for leftover in STATE_DIR.glob("exec-*"):
        remove_if_ended(leftover)
    # What the jobs of a cloud that was killed still write meanwhile may get in the way.
    with tempfile.TemporaryDirectory(
        prefix="exec-", dir=STATE_DIR, ignore_cleanup_errors=True
    ) as folder:
        _say("Starting a local cloud for this command ...", sys.stderr)

        def say(text: str) -> None:
            _say(text, sys.stderr)

        started = time.monotonic()
        with LocalCloud(Path(folder), kept_dir=STATE_DIR / "kept", say=say) as cloud:
            say(f"The local cloud is up after {time.monotonic() - started:.0f} s.")
            return _run(command, cloud, {})


def find_running(state_dir: Path) -> RunningCloud | None:
    """The cloud named in the state file, if it still answers."""
    try:
        state = json.loads(state_file(state_dir).read_text())
        running = RunningCloud(
            state["endpoint"], int(state["port"]), int(state["pid"]), state["secret"]
        )
    except (OSError, ValueError, KeyError):
        return None
    # Another program may have been given the process ID since.
    command = command_line(running.pid)
    is_ours = "local.emulator" in command and str(running.port) in command
    return running if is_ours and is_healthy(running.port) else None


def _run(command: list[str], cloud: RunningCloud | LocalCloud, variables: dict[str, str]) -> int:
    """Run a command in the foreground, where Ctrl-C reaches it; returns its exit status.

    Raises EmulatorError, after it has ended the command, if the cloud ends before it.
    """
    environment = clean_environment() | cloud.environment | variables
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as error:
        _say(f"Error: cannot run {command[0]}: {error.strerror}", sys.stderr)
        return 127
    try:
        status = _status(process, cloud)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return status if status >= 0 else 128 - status


def _status(process: "subprocess.Popen[bytes]", cloud: RunningCloud | LocalCloud) -> int:
    while True:
        try:
            return process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if not cloud.is_running():
                raise EmulatorError(cloud.obituary()) from None


def _exit_on_signal(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _say(text: str, stream: TextIO | None = None) -> None:
    target = sys.stdout if stream is None else stream
    target.write(f"{text}\n")
    target.flush()
