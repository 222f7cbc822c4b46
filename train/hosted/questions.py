"""What a hosted model is asked about a row, in turns of a conversation.

Examples are turns, too, so no text can end its own. The tokens of such a model are not known. A
token has four bytes of English text and seldom fewer than three of any language, so texts are cut
by their bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from prompting.examples import Example, Examples
from prompting.instruction import introductions
from prompting.prompt_limits import EXAMPLE_TOKENS

BYTES_PER_TOKEN = 3


@dataclass(frozen=True)
class Turn:
    role: Literal["user", "assistant"]
    text: str


Question = tuple[Turn, ...]
"""Turns of the user and the assistant, one after the other; the last one is the user's."""


@dataclass(frozen=True)
class Questions:
    """Composes the questions about rows."""

    heading: str
    is_pair: bool
    max_length: int
    """Tokens, by their usual size, after which a row's text is cut; those of a pair together."""

    def of(self, rows: Sequence[Sequence[str]], examples: Examples) -> list[Question]:
        """Questions about rows of one text each, or two."""
        return [
            self._question(row, shown) for row, shown in zip(rows, examples.of(rows), strict=True)
        ]

    def num_cut(self, rows: Sequence[Sequence[str]]) -> int:
        """How many of the rows have a text that is cut."""
        return sum(_cut(row, self.max_length) != tuple(row) for row in rows)

    def _question(self, row: Sequence[str], shown: Sequence[Example]) -> Question:
        turns: list[Turn] = []
        for example in shown:
            most = min(self.max_length, EXAMPLE_TOKENS)
            turns.append(Turn("user", self._introduced(_cut(example.texts, most))))
            turns.append(Turn("assistant", example.answer))
        turns.append(Turn("user", self._introduced(_cut(row, self.max_length))))
        first = Turn("user", self.heading + turns[0].text)
        return first, *turns[1:]

    def _introduced(self, texts: Sequence[str]) -> str:
        before = introductions(is_pair=self.is_pair)
        return "".join(each + text for each, text in zip(before, texts, strict=True))


def size_in_tokens(text: str) -> int:
    """How many tokens a text has at most, by their usual size."""
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)


def _cut(texts: Sequence[str], most_tokens: int) -> tuple[str, ...]:
    """One text or two within so many tokens; of two the longer one is cut first."""
    most = most_tokens * BYTES_PER_TOKEN
    contents = [text.encode("utf-8", "replace") for text in texts]
    if sum(map(len, contents)) <= most:
        return tuple(texts)
    if len(contents) == 1:
        rooms = [most]
    else:
        shorter = min(len(contents[0]), len(contents[1]), most // 2)
        is_first = len(contents[0]) <= len(contents[1])
        rooms = [shorter, most - shorter] if is_first else [most - shorter, shorter]
    cut = zip(contents, rooms, strict=True)
    return tuple(content[:room].decode("utf-8", "ignore") for content, room in cut)
