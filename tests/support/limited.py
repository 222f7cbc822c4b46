"""Processes with limits, as the preparation starts them."""

from collections.abc import Iterator

import pytest

from limits.limited_process import LimitedProcesses
from trial import model_process


@pytest.fixture(scope="session")
def processes() -> Iterator[LimitedProcesses]:
    yield LimitedProcesses(4 * 2**30, model_process.LIBRARIES)
