"""Measures peak memory, of this process or of the GPU."""

import ctypes
import gc
import importlib
import sys
from pathlib import Path
from typing import Protocol

import torch

_PROCESS = Path("/proc/self")
# Linux resets the peak when this is written.
_FORGET_PEAK = "5"
_KIBIBYTE = 1024


class PeakMemory(Protocol):
    """The peak since the start of the process, or since the last `restart`."""

    kind: str
    """Whose memory it is: "process" or "gpu"."""

    def restart(self) -> None:
        """Free unreferenced memory, and measure the peak from here on."""

    def peak_bytes(self) -> int | None:
        """The peak in bytes; None if the system does not report it."""


def peak_memory(*, uses_gpu: bool) -> PeakMemory:
    """The GPU's memory if the job uses a GPU, else the process's."""
    return GpuMemory() if uses_gpu and torch.cuda.is_available() else ProcessMemory()


def larger(one: int | None, other: int | None) -> int | None:
    """The larger of two peaks; None if neither is known."""
    return max((peak for peak in (one, other) if peak is not None), default=None)


class GpuMemory:
    """Memory that torch has allocated, which is less than what it reserves."""

    kind = "gpu"

    def restart(self) -> None:
        gc.collect()
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()

    def peak_bytes(self) -> int | None:
        return int(torch.cuda.max_memory_allocated())


class ProcessMemory:
    """Resident memory, including libraries."""

    kind = "process"

    def __init__(self, process: Path = _PROCESS) -> None:
        """`process` is the process's folder in Linux's /proc."""
        self._process = process
        self._is_restarted = self._is_peak_reset = False

    def restart(self) -> None:
        gc.collect()
        _give_back_freed_memory()
        self._is_restarted = True
        try:
            (self._process / "clear_refs").write_text(_FORGET_PEAK)
            self._is_peak_reset = True
        except OSError:
            self._is_peak_reset = False

    def peak_bytes(self) -> int | None:
        reported = _reported_peak(self._process / "status")
        if not self._is_restarted:
            return _counted_peak() if reported is None else reported
        # Without a reset it would be the peak of earlier phases.
        return reported if self._is_peak_reset else None


def _reported_peak(status: Path) -> int | None:
    """The peak in Linux's status file, which has a line `VmHWM:     12345 kB`."""
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return None
    sizes = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(sizes[0]) * _KIBIBYTE if sizes else None


def _counted_peak() -> int | None:
    """The peak since the process started."""
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return None
    peak = int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return peak if sys.platform == "darwin" else peak * _KIBIBYTE


def _give_back_freed_memory() -> None:
    """Return freed memory to the system; otherwise glibc keeps it, and it would count as used."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError, TypeError):
        # The C library is not glibc.
        return
