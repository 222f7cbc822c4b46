"""How busy other programs keep the machine while something is measured."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_STATISTICS = Path("/proc/stat")
# Of the numbers on the first line, these are time without work: idle, and waiting for a disk.
_IDLE_PLACES = (3, 4)
# Guest time, the ninth and tenth, is part of user time already.
_NUM_PLACES = 8
# The system counts in hundredths of a second, and not for every program at once.
_LEAST_SECONDS = 1.0
_FULL_SHARE = 0.9
_LEAST_OTHER = 0.25


def busy_seconds(statistics: Path | None = None) -> float | None:
    """Processor time of all programs since the machine started, by the file `statistics` in the
    format of /proc/stat, which is the default; None where there is none."""
    try:
        of_all = (statistics or _STATISTICS).read_text(encoding="ascii").partition("\n")[0]
        ticks = [int(number) for number in of_all.split()[1 : 1 + _NUM_PLACES]]
    except (OSError, ValueError):
        return None
    worked = sum(ticks) - sum(ticks[place] for place in _IDLE_PLACES if place < len(ticks))
    return worked / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    """Processors in use on average, out of `num_cpus`."""

    own: float
    other: float
    num_cpus: int

    @property
    def note(self) -> str | None:
        """A sentence, where the others left too little."""
        is_full = self.own + self.other > _FULL_SHARE * self.num_cpus
        if not is_full or self.other < _LEAST_OTHER:
            return None
        return (
            f"Inference was measured while other programs used {self.other:.1f} of "
            f"{self.num_cpus} processors, so its times are too long."
        )


class OtherLoad:
    """Measures from its making on."""

    def __init__(
        self,
        busy: Callable[[], float | None] = busy_seconds,
        own: Callable[[], float] = time.process_time,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._busy, self._own, self._now = busy, own, now
        self._start = (busy(), own(), now())

    def so_far(self) -> Load | None:
        """None where the machine does not tell, and after too short a time."""
        (busy, own, started), busy_now = self._start, self._busy()
        seconds = self._now() - started
        if busy is None or busy_now is None or seconds < _LEAST_SECONDS:
            return None
        num_cpus, own_seconds = os.cpu_count() or 1, self._own() - own
        other_seconds = max(busy_now - busy - own_seconds, 0.0)
        return Load(own_seconds / seconds, min(other_seconds / seconds, num_cpus), num_cpus)
