"""A full disk is known by whatever library meets it."""

import errno

import pytest

from limits.full_disk import is_full_disk


def chained():
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as full:
            raise RuntimeError("the download failed") from full
    except RuntimeError as error:
        return error


@pytest.mark.parametrize(
    ("error", "is_full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (RuntimeError("I/O error: No space left on device (os error 28)"), True),
        (chained(), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (ValueError("os error 283"), False),
    ],
)
def test_a_full_disk_is_recognised(error, is_full):
    assert is_full_disk(error) is is_full


def test_the_device_that_is_always_full_is():
    with pytest.raises(OSError) as full, open("/dev/full", "wb", buffering=0) as file:
        file.write(b"x")
    assert is_full_disk(full.value)
