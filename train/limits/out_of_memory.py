"""Recognises errors that mean that memory ran out, of this process or of the GPU."""

import re

# The CPU's allocator, the GPU's libraries and oneDNN raise a plain RuntimeError. (oneDNN's
# "primitive descriptor" is something else: an operation that it does not have.)
_SIGNS = re.compile(
    "can't allocate memory|Cannot allocate memory|out of memory|ALLOC_FAILED"
    "|could not create a memory|could not create a primitive(?! descriptor)"
)


def is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, RuntimeError) and _SIGNS.search(str(error)) is not None
