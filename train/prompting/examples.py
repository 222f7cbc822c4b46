"""Train rows that a prompt shows: none, some of every label, or those most like the row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Example:
    """A row with its right answer."""

    texts: tuple[str, ...]
    answer: str


class Examples(Protocol):
    """Chooses the examples of a row."""

    @property
    def kind(self) -> str:
        """For people, and for the saved model."""

    @property
    def number(self) -> int:
        """Of a row."""

    @property
    def pool(self) -> Sequence[Example]:
        """What they are chosen from."""

    @property
    def are_fixed(self) -> bool:
        """Whether all rows have the same."""

    def of(self, rows: Sequence[Sequence[str]]) -> Sequence[Sequence[Example]]:
        """Those of each row, the most important last; if they are fixed, they are one object."""


@dataclass(frozen=True)
class FixedExamples:
    """The same for all rows."""

    kind: str
    pool: tuple[Example, ...]
    are_fixed: bool = True

    @property
    def number(self) -> int:
        return len(self.pool)

    def of(self, rows: Sequence[Sequence[str]]) -> Sequence[Sequence[Example]]:
        return [self.pool] * len(rows)


NO_EXAMPLES = FixedExamples("none", ())
