"""Loads libraries without looking for garbage among what they make."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading_libraries() -> Iterator[None]:
    """A context for imports. If they load anything, all that is there then counts as needed until
    the process ends: garbage collection, which would take a second with it, passes over it."""
    num_modules = len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > num_modules:
            gc.freeze()
        gc.enable()
