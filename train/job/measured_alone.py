"""Lets jobs that share a machine measure one after another.

Whoever runs several jobs on one machine names a file in MEASUREMENT_LOCK. While a job measures, it
locks the file and writes its process ID there, so that the runner can pause the other jobs.
On a machine of its own a job has no such variable, and nothing to wait for.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

LOCK_VARIABLE = "MEASUREMENT_LOCK"
# In which the runner notices.
SETTLING_SECONDS = 0.6


@contextmanager
def measured_alone(
    environ: Mapping[str, str], sleep: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Waits until no other job measures, and keeps the others from it."""
    path = environ.get(LOCK_VARIABLE)
    if not path:
        yield
        return
    # Closing the file gives the lock back, and so does the end of this process, however it ends.
    with open(path, "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        # A process that was killed has left its ID there.
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            sleep(SETTLING_SECONDS)
            yield
        finally:
            # Before the lock is given back: the next job may be one that is paused for this one.
            file.truncate(0)
