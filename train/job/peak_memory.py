"""How much memory was in use at most: of this process, or of the GPU."""

import ctypes
import gc
import importlib
import sys
from pathlib import Path
from typing import Protocol

import torch

_PROCESS = Path("/proc/self")
# What Linux takes as: forget the peak.
_FORGET_PEAK = "5"
_KIBIBYTE = 1024


class PeakMemory(Protocol):
    """Counts from the start of the process, or from the last `restart`."""

    kind: str
    """What it is the memory of: "process" or "gpu"."""

    def restart(self) -> None:
        """Free what nothing refers to, and count from here on."""

    def peak_bytes(self) -> int | None:
        """None if the system does not tell."""


def peak_memory(*, uses_gpu: bool) -> PeakMemory:
    """Of the GPU for what computes there, if there is one."""
    return GpuMemory() if uses_gpu and torch.cuda.is_available() else ProcessMemory()


def larger(one: int | None, other: int | None) -> int | None:
    """The larger of two peaks; None if neither is known."""
    return max((peak for peak in (one, other) if peak is not None), default=None)


class GpuMemory:
    """What torch has allocated, which is less than what it holds ready."""

    kind = "gpu"

    def restart(self) -> None:
        gc.collect()
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()

    def peak_bytes(self) -> int | None:
        return int(torch.cuda.max_memory_allocated())


class ProcessMemory:
    """Resident memory, libraries and all."""

    kind = "process"

    def __init__(self, process: Path = _PROCESS) -> None:
        """`process` is where Linux tells of it."""
        self._process = process
        self._is_restarted = self._is_forgotten = False

    def restart(self) -> None:
        gc.collect()
        _give_back_freed_memory()
        self._is_restarted = True
        try:
            (self._process / "clear_refs").write_text(_FORGET_PEAK)
            self._is_forgotten = True
        except OSError:
            self._is_forgotten = False

    def peak_bytes(self) -> int | None:
        told = _told_peak(self._process / "status")
        if not self._is_restarted:
            return _counted_peak() if told is None else told
        # What was not forgotten would be the peak of what came before.
        return told if self._is_forgotten else None


def _told_peak(status: Path) -> int | None:
    """A line is `VmHWM:     12345 kB`."""
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return None
    sizes = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(sizes[0]) * _KIBIBYTE if sizes else None


def _counted_peak() -> int | None:
    """Since the process started."""
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return None
    peak = int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return peak if sys.platform == "darwin" else peak * _KIBIBYTE


def _give_back_freed_memory() -> None:
    """To the system: glibc keeps it otherwise, and it would count as in use."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError, TypeError):
        # Another C library.
        return
