"""The splits of a data set as its owner has them, before they are checked and drawn from."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Protocol

from source.raw_rows import RawRows

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Source:
    """The data set as its owner has it; `splits` holds train, unless no candidate learns from it,
    and the others that exist."""

    id: str
    revision: str | None
    """The commit on the hub; None for files."""
    splits: dict[str, RawRows]
    named: frozenset[str]
    """The splits that the request itself names."""


class PinnedSource(Protocol):
    """A data set at one fixed version."""

    @property
    def identity(self) -> list[str]:
        """Texts that are equal for equal rows, known before any row is read."""
        ...

    def read(self) -> Source:
        """Raises DataError if that is impossible. Rows may still be read later, in passes."""
        ...

    def check_unchanged(self) -> None:
        """Raises DataError if the data is no longer what `identity` says."""
        ...


def leading(splits: Container[str]) -> str:
    """The split that says what columns and labels there are: train, or else test."""
    return "train" if "train" in splits else "test"
