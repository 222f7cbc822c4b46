"""Recognises errors that mean that the disk is full."""

import errno

# safetensors and torch report it in errors of their own.
_SIGNS = ("No space left on device", "Disk quota exceeded", "PytorchStreamWriter failed writing")


def is_full_disk(error: BaseException | None) -> bool:
    """Whether the error, or the one that led to it, says so."""
    if error is None:
        return False
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    is_told = any(sign in str(error) for sign in _SIGNS)
    return is_told or is_full_disk(error.__cause__ or error.__context__)
