"""Runs functions in processes of their own, with limits of memory and time.

A library may crash, panic, or never return on a file that was made badly, or made to break it. Only
a process can be stopped then, and only its end frees all its memory. The processes are forked from
a server that has loaded the libraries once, so each costs some hundredths of a second.
"""

import ctypes
import importlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from limits.memory_limit import memory_limit
from limits.out_of_memory import is_out_of_memory

Step = Callable[[str, float], None]
"""Says what the function does from now on, as "reading its tokeniser", and how many seconds that
may take."""

_TRAIN_FOLDER = Path(__file__).parent.parent
_FIRST_STEP = "starting"
# The libraries are loaded then, which takes minutes on a busy machine.
_FIRST_STEP_SECONDS = 600.0
_GIB = 2**30
_LOGGED_BYTES = 50_000
# What libraries print before they end the process for want of memory.
_MEMORY_SIGNS = (b"memory allocation of ", b"bad_alloc", b"out of memory")
# Of the kernel's prctl(2): the signal that a process gets when its parent dies.
_PR_SET_PDEATHSIG = 1


class ProcessFailedError(Exception):
    """The process gave no result; the message says why in one sentence about "it"."""


class LimitedProcesses:
    """Runs functions in processes; threads may share it.

    Args:
        memory_bytes: what all processes at once may take; others wait for it.
        libraries: names of modules that the processes need.
    """

    def __init__(self, memory_bytes: int, libraries: Sequence[str] = ()) -> None:
        self.memory_bytes = memory_bytes
        self._free_bytes = memory_bytes
        self._has_freed = threading.Condition()
        # Python's own list of child processes is not made for threads.
        self._starting = threading.Lock()
        self._context = multiprocessing.get_context("forkserver")
        self._libraries = list(libraries)

    def start(self) -> None:
        """Begin to load the libraries, without waiting for it. `run` does so if need be."""
        path = os.pathsep.join(filter(None, [str(_TRAIN_FOLDER), os.environ.get("PYTHONPATH")]))
        with self._starting, _variable("PYTHONPATH", path):
            self._context.set_forkserver_preload(self._libraries)
            forkserver.ensure_running()

    def run(self, function: Callable[..., Any], *arguments: Any, memory_bytes: int) -> Any:
        """Return `function(step, *arguments)`, where `step` is a Step.

        Function, arguments and result must be picklable. The process gets `memory_bytes`, or all
        there is, and waits until as much is free. Raises the function's own exceptions, and
        ProcessFailedError if the process was stopped or ended by itself.
        """
        self.start()
        with self._share_of(memory_bytes) as share, NamedTemporaryFile() as log:
            receiver, sender = self._context.Pipe(duplex=False)
            process = self._context.Process(
                target=_work,
                args=(sender, log.name, share, self._libraries, function, arguments),
            )
            with receiver:
                with self._starting:
                    process.start()
                sender.close()
                try:
                    return _Following(process, receiver, Path(log.name), share).result()
                finally:
                    _kill(process)
                    with self._starting:
                        process.join()
                    sys.stderr.write(_end_of(Path(log.name)).decode(errors="replace"))

    @contextmanager
    def _share_of(self, memory_bytes: int) -> Iterator[int]:
        share = min(memory_bytes, self.memory_bytes)
        with self._has_freed:
            self._has_freed.wait_for(lambda: self._free_bytes >= share)
            self._free_bytes -= share
        try:
            yield share
        finally:
            with self._has_freed:
                self._free_bytes += share
                self._has_freed.notify_all()


class _Following:
    """Reads what a process sends until it has a result."""

    def __init__(
        self, process: BaseProcess, receiver: Connection, log: Path, memory_bytes: int
    ) -> None:
        self._process = process
        self._receiver = receiver
        self._log = log
        self._memory_bytes = memory_bytes
        self._step = _FIRST_STEP
        self._seconds = _FIRST_STEP_SECONDS

    def result(self) -> Any:
        deadline = time.monotonic() + self._seconds
        while True:
            if not self._receiver.poll(max(0.0, deadline - time.monotonic())):
                raise ProcessFailedError(
                    f"It was stopped while {self._step}, which had not ended after "
                    f"{self._seconds:.0f} seconds."
                )
            try:
                kind, *content = self._receiver.recv()
            except EOFError:
                raise self._ended_by_itself() from None
            match kind:
                case "step":
                    self._step, self._seconds = content
                    deadline = time.monotonic() + self._seconds
                case "result":
                    return content[0]
                case "raised":
                    raise content[0]
                case "memory":
                    raise self._out_of_memory()
                case _:
                    raise ProcessFailedError(
                        f"A library gave up while {self._step} ({content[0]}): its files are "
                        "probably broken."
                    )

    def _ended_by_itself(self) -> ProcessFailedError:
        wait([self._process.sentinel], timeout=10)
        self._process.join(timeout=0)
        status = self._process.exitcode
        if any(sign in _end_of(self._log) for sign in _MEMORY_SIGNS):
            return self._out_of_memory()
        if status == -signal.SIGKILL:
            return ProcessFailedError(
                f"The system ended its process while {self._step}, probably because the memory of "
                "the machine ran out."
            )
        name = signal.Signals(-status).name if status and status < 0 else f"exit status {status}"
        return ProcessFailedError(
            f"A library crashed ({name}) while {self._step}: its files are probably broken."
        )

    def _out_of_memory(self) -> ProcessFailedError:
        return ProcessFailedError(
            f"It took more than the {self._memory_bytes / _GIB:.1f} GiB of memory that it may use, "
            f"while {self._step}."
        )


def die_with_parent() -> None:
    """Kill this process when the one that started it ends, however that ends.

    If it leads a group of processes, they are killed with it.
    """
    if sys.platform == "linux":
        # At once, also while a library keeps this process's threads from running.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_kill_after, args=(parent,), daemon=True).start()


def _kill_after(process: Any) -> None:
    wait([process.sentinel])
    leads = os.getpgrp() == os.getpid()
    os.kill(0 if leads else os.getpid(), signal.SIGKILL)


def _work(
    sender: Connection,
    log: str,
    memory_bytes: int,
    libraries: Sequence[str],
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> None:
    # A group of its own, with processes that the function starts.
    os.setpgid(0, 0)
    die_with_parent()
    os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND), 2)
    try:
        for library in libraries:
            # The server passes over modules that it cannot import.
            importlib.import_module(library)
        with memory_limit(memory_bytes):
            result = function(
                lambda words, seconds: sender.send(("step", words, seconds)), *arguments
            )
        sender.send(("result", result))
    # A panic of a library in Rust is not an Exception.
    except BaseException as error:
        sender.send(_failure(error))


def _failure(error: BaseException) -> tuple[str, Any]:
    if is_out_of_memory(error):
        return "memory", None
    if not isinstance(error, Exception):
        return "broken", f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    traceback.print_exception(error)
    # The traceback and the causes stay here.
    error.__cause__ = error.__context__ = error.__traceback__ = None
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    except Exception:
        return "broken", f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    return "raised", error


def _kill(process: BaseProcess) -> None:
    """Kill the process and all that it has started."""
    if process.pid is not None:
        # Until it has a group of its own, it is alone.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


def _end_of(log: Path) -> bytes:
    with log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LOGGED_BYTES))
        return file.read()


@contextmanager
def _variable(name: str, value: str) -> Iterator[None]:
    """Sets an environment variable for as long as a process is started."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
