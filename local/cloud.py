"""The local cloud as an object: an emulator process with the app deployed into it."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from local.deploy import Deployment
from local.emulator import RELEASE
from local.errors import EmulatorError, PortInUseError
from local.host.health import is_healthy
from local.host.ports import free_port, who_listens
from local.host.processes import is_alive
from local.pricing import PRICES_VARIABLE
from local.sagemaker.settings import MAX_JOBS_VARIABLE, max_jobs_from

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = "123456789012"
REGION = "us-east-1"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_SECRET_BYTES = 30
_POLL_SECONDS = 0.1
_OUT_OF_MEMORY = ", as the system does when memory runs out"


@dataclass(frozen=True)
class RunningCloud:
    """A cloud that outlives the program that started it, as described in its state file."""

    endpoint: str
    port: int
    pid: int
    secret: str
    """Without it, the cloud answers nobody."""

    @property
    def environment(self) -> dict[str, str]:
        """What an AWS client needs to reach this cloud."""
        return client_environment(self.endpoint, self.secret)

    def is_running(self) -> bool:
        """Whether its process still exists."""
        return is_alive(self.pid)

    def obituary(self) -> str:
        """What is known of a cloud that has ended."""
        return f"The local cloud at {self.endpoint} has ended."


class LocalCloud:
    """A local cloud: `with LocalCloud(state_dir) as cloud:` starts it, deploys, and stops it.

    Everything it writes is below `state_dir`, so several may run at once. It ends with the
    program that started it, however that ends, unless `detach` was called.
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        port: int | None = None,
        max_jobs: int | None = None,
        hub_endpoint: str | None = None,
        settings: Mapping[str, str] | None = None,
        prices: Path | None = None,
        kept_dir: Path | None = None,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Prepare a cloud without starting it.

        Args:
            state_dir: folder for everything that the cloud writes.
            port: the port to listen on; any free port by default.
            max_jobs: concurrent SageMaker jobs of one kind and instance type; default from
                BAKEOFF_LOCAL_MAX_JOBS or the number of cores.
            hub_endpoint: base URL of the model hub; default HF_ENDPOINT, else the public hub.
            settings: other deployment settings, as in infra/settings.py.
            prices: a JSON file of prices, used as AWS's price list; default BAKEOFF_LOCAL_PRICES,
                else the list is empty.
            kept_dir: folder for what the jobs of a run that never ended leave to the next cloud, on
                the same disk; by default in `state_dir`.
            say: gets a sentence on each step of the start.
        """
        self.state_dir = state_dir.resolve()
        self._kept_dir = (kept_dir or state_dir / "kept").resolve()
        self.port = port
        self._say = say
        self._max_jobs = max_jobs if max_jobs is not None else max_jobs_from(os.environ)
        hub = hub_endpoint if hub_endpoint is not None else os.environ.get("HF_ENDPOINT", "")
        self._settings = {
            "lambda_platform": "host",
            "capacity_wait_seconds": "1",
            "max_parallel_jobs": str(self._max_jobs),
            **({"hub_endpoint": hub} if hub else {}),
            **(settings or {}),
        }
        named = os.environ.get(PRICES_VARIABLE)
        self._prices = prices or (Path(named) if named else None)
        self._process: subprocess.Popen[bytes] | None = None
        self._secret = secrets.token_urlsafe(_SECRET_BYTES)

    @property
    def endpoint(self) -> str:
        """The URL of every service."""
        if self.port is None:
            raise EmulatorError("The local cloud was not started: call start() first")
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What an AWS client needs to reach this cloud."""
        return client_environment(self.endpoint, self._secret)

    @property
    def pid(self) -> int:
        """The emulator's process ID."""
        return self._started().pid

    def is_running(self) -> bool:
        """Whether the emulator has not ended."""
        return self._process is not None and self._process.poll() is None

    def obituary(self) -> str:
        """What is known of an emulator that has ended by itself."""
        status = self._started().returncode
        ended = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        reason = _OUT_OF_MEMORY if status == -signal.SIGKILL else ""
        return f"The local cloud {ended}{reason}; the end of its log:\n{tail(self.log_file)}"

    @property
    def log_file(self) -> Path:
        """The emulator's log."""
        return self.state_dir / "emulator.log"

    def __enter__(self) -> Self:
        try:
            self.start()
            self.deploy()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the emulator and wait until it answers.

        Raises:
            PortInUseError: another program listens on the port.
            EmulatorError: the emulator ended or did not answer in time, or another cloud uses the
                state folder.
        """
        self._say("Step 1 of 3: starting the emulator of AWS ...")
        self.port = self.port or free_port()
        _check_port(self.port)
        self.state_dir.mkdir(parents=True, exist_ok=True)
        with _claimed(self.state_dir) as claim:
            for leftover in ("jobs", "objects", "tmp"):
                shutil.rmtree(self.state_dir / leftover, ignore_errors=True)
            self._process = self._start_emulator(claim)
        self._wait_until_healthy(self._process)

    def _start_emulator(self, claim: int) -> "subprocess.Popen[bytes]":
        with self.log_file.open("wb") as log:
            return subprocess.Popen(
                [
                    *_EMULATOR,
                    *("--port", str(self.port)),
                    *("--state-dir", str(self.state_dir)),
                    *("--kept-dir", str(self._kept_dir)),
                ],
                cwd=ROOT,
                env=self._emulator_environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # The emulator claims the folder for as long as it lives, even without its starter.
                pass_fds=[claim],
            )

    def deploy(self) -> None:
        """Deploy the app or its changes; raises the errors of local/deploy.py."""
        self._deployment().run()

    def detach(self) -> RunningCloud:
        """Leave the emulator running when this program ends, and record it in the state file."""
        process = self._started()
        assert process.stdin is not None
        process.stdin.write(RELEASE)
        process.stdin.close()
        running = self.announce()
        self._process = None
        return running

    def announce(self) -> RunningCloud:
        """Write the state file, so that other commands of this user find this cloud."""
        assert self.port is not None
        running = RunningCloud(self.endpoint, self.port, self.pid, self._secret)
        _write_for_the_user(state_file(self.state_dir), json.dumps(asdict(running)))
        return running

    def wait(self) -> None:
        """Wait for the emulator to end."""
        self._started().wait()

    def stop(self) -> None:
        """End the emulator and its jobs; do nothing if it has already ended."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            # Closing the pipe without sending `release` makes the emulator end itself.
            with contextlib.suppress(OSError):
                process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
        # This also ends what a crashed emulator left running, such as Lambda workers.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        state_file(self.state_dir).unlink(missing_ok=True)

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise EmulatorError("The local cloud is not running: call start() first")
        return self._process

    def _deployment(self) -> Deployment:
        return Deployment(
            root=ROOT,
            state_dir=self.state_dir,
            environment=clean_environment() | self.environment,
            account=ACCOUNT,
            region=REGION,
            settings=self._settings,
            say=self._say,
        )

    def _emulator_environment(self) -> dict[str, str]:
        # The emulator runs in another folder, so the path must be absolute.
        prices = {PRICES_VARIABLE: str(self._prices.resolve())} if self._prices else {}
        own = {MAX_JOBS_VARIABLE: str(self._max_jobs)} | credentials(self._secret)
        return clean_environment() | own | prices

    def _wait_until_healthy(self, process: "subprocess.Popen[bytes]") -> None:
        assert self.port is not None
        deadline = time.monotonic() + _START_SECONDS
        while not is_healthy(self.port):
            if process.poll() is not None:
                self._process = None
                raise EmulatorError(
                    f"The emulator ended with status {process.returncode} while it started:\n"
                    f"{tail(self.log_file)}\nThe complete log is {self.log_file}"
                )
            if time.monotonic() > deadline:
                self.stop()
                raise EmulatorError(
                    f"The emulator did not answer on port {self.port} within "
                    f"{_START_SECONDS:.0f} s; see {self.log_file}"
                )
            time.sleep(_POLL_SECONDS)


_EMULATOR = (sys.executable, "-m", "local.emulator")


def client_environment(endpoint: str, secret: str) -> dict[str, str]:
    """The variables with which any AWS client reaches a local cloud."""
    region = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    return {"AWS_ENDPOINT_URL": endpoint} | credentials(secret) | region


def credentials(secret: str) -> dict[str, str]:
    """The variables of the local account's credentials."""
    return {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": secret}


def clean_environment() -> dict[str, str]:
    """The caller's environment without its AWS settings, so that no command reaches real AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def state_file(state_dir: Path) -> Path:
    """The file in which a cloud records that it is running."""
    return state_dir / "cloud.json"


def _write_for_the_user(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text)


def tail(path: Path, num_lines: int = 20) -> str:
    """The last lines of a log, without those on calls that were allowed: these explain no end."""
    text = path.read_text(errors="replace") if path.is_file() else ""
    lines = [line for line in text.splitlines() if "INFO [rights] allowed" not in line]
    return "\n".join(lines[-num_lines:])


def remove_if_ended(state_dir: Path) -> None:
    """Remove the folder of a cloud whose starter was killed before it could do so."""
    if not (state_dir / "lock").exists():
        return  # it is about to start
    with contextlib.suppress(EmulatorError, FileNotFoundError), _claimed(state_dir):
        shutil.rmtree(state_dir, ignore_errors=True)


@contextlib.contextmanager
def _claimed(state_dir: Path) -> Iterator[int]:
    """Lock the folder against other clouds for as long as any process holds the descriptor."""
    with (state_dir / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EmulatorError(
                f"Another local cloud keeps its files in {state_dir}: stop it with "
                "`python -m bakeoff local down` or Ctrl-C, or set BAKEOFF_LOCAL_DIR to another "
                "folder"
            ) from error
        yield file.fileno()


def _check_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortInUseError(
                f"Port {port} is in use{who_listens(port)}: stop that program, or choose another "
                "port with --port"
            ) from error
