"""How much memory this machine, or this container, can still give."""

import os
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")
_KIBIBYTE = 1024
# Elsewhere than on Linux only the size of the whole memory can be asked for.
_SHARE_OF_WHOLE = 0.5


def free_memory_bytes(meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP) -> int:
    """Bytes; on systems that do not say what is free, half of the whole memory."""
    if not meminfo.exists():
        return int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * _SHARE_OF_WHOLE)
    lines = (line.split() for line in meminfo.read_text().splitlines())
    free = next(int(line[1]) for line in lines if line[0] == "MemAvailable:") * _KIBIBYTE
    limit, used = (_number(cgroup / name) for name in ("memory.max", "memory.current"))
    return free if limit is None or used is None else min(free, max(limit - used, 0))


def _number(path: Path) -> int | None:
    """The number in the file; None if there is none, as where a limit is "max"."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
