"""Recognises errors that mean that memory ran out, of this process or of the GPU."""

import torch

# The CPU's allocator and the CUDA libraries raise a plain RuntimeError.
_SIGNS = ("can't allocate memory", "out of memory", "ALLOC_FAILED")


def is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError | torch.cuda.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _SIGNS)
