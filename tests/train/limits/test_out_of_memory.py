"""Libraries say in many ways that memory ran out."""

import pytest

from limits.out_of_memory import is_out_of_memory


@pytest.mark.parametrize(
    ("error", "is_memory"),
    [
        (MemoryError(), True),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"), True),
        (RuntimeError("unable to mmap 97144 bytes from file <m>: Cannot allocate memory"), True),
        (RuntimeError("could not create a primitive"), True),
        # An operation that oneDNN does not have.
        (RuntimeError("could not create a primitive descriptor for the matmul primitive."), False),
        (ValueError("out of memory"), False),
    ],
)
def test_an_error_for_want_of_memory_is_recognised(error, is_memory):
    assert is_out_of_memory(error) is is_memory
