"""The environment of a process, kept from what a test writes into it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_environment() -> Iterator[None]:
    """Give every variable back its value, or take it away again.

    Code that runs as a program of its own may write to its environment. When a test calls it, the
    programs that later tests start would inherit that.
    """
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)
