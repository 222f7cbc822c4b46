"""train/ is shipped alone, and its modules import each other without a package."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TRAIN = Path(__file__).parents[2] / "train"

sys.path.insert(0, str(TRAIN))


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """Tiny tensors are slower on several threads, and a sum's order would depend on them."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
