"""The versions of libraries, which determine what a job computes."""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version


def library_versions(names: Sequence[str]) -> dict[str, str]:
    """The installed ones, including Python's."""
    versions = {"python": platform.python_version()}
    for name in names:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions
