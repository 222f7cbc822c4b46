from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """Tiny tensors are slower on several threads, and a sum's order would depend on them."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session", autouse=True)
def _idle_machine() -> Iterator[None]:
    """Nobody knows what runs beside the tests, and what a job notes of it would come and go."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("job.other_load._STATISTICS", Path("/nowhere"))
        yield
