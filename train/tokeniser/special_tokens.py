"""The places of a tokeniser's special tokens, and how many tokens of a text fit beside them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from tokeniser.ragged import Ragged, offsets_of, parts_of


@dataclass(frozen=True)
class Frame:
    """The fixed special tokens before, between and after one or two texts.

    `tokens` and `types` hold, in order, one entry for each special token and for each text. The
    entry of a text is None in `tokens` and its token type in `types`.
    """

    tokens: tuple[int | None, ...]
    types: tuple[int, ...]

    @classmethod
    def of(cls, backend: Tokenizer, *, is_pair: bool) -> "Frame | None":
        """The frame in two examples; None if they differ in more than their texts."""
        frames = {
            cls._read(backend.encode(first, second if is_pair else None))
            for first, second in (("a", "b"), ("one more", "and another one"))
        }
        frame = frames.pop()
        return frame if not frames and frame.tokens.count(None) == 1 + is_pair else None

    @classmethod
    def _read(cls, encoding: Encoding) -> "Frame":
        places: list[tuple[int | None, int]] = []
        before: int | None = None
        for token, kind, special, text in zip(
            encoding.ids,
            encoding.type_ids,
            encoding.special_tokens_mask,
            encoding.sequence_ids,
            strict=True,
        ):
            if special:
                places.append((token, kind))
            elif before != text or not places or places[-1][0] is not None:
                places.append((None, kind))
            before = None if special else text
        return cls(tuple(token for token, _ in places), tuple(kind for _, kind in places))

    @property
    def num_special(self) -> int:
        return sum(token is not None for token in self.tokens)

    def lengths(self, *texts: NDArray[np.int64]) -> NDArray[np.int64]:
        """(rows, places) tokens at each place, from the (rows,) tokens of the texts."""
        given = iter(texts)
        columns = [
            next(given) if token is None else np.ones(len(texts[0]), np.int64)
            for token in self.tokens
        ]
        return np.stack(columns, axis=1)

    def framed(self, *texts: tuple[Ragged, NDArray[np.int64], NDArray[np.int64]]) -> Ragged:
        """Each row with its special tokens.

        `texts` are tokens, the first of each row that is kept, (rows,), and how many, (rows,).
        """
        places = self.lengths(*(kept for _, _, kept in texts))
        special = np.array([token for token in self.tokens if token is not None], np.int32)
        values = np.concatenate([special, *(tokens.values for tokens, _, _ in texts)])
        starts, given, number = [], iter(texts), 0
        base = len(special)
        for token in self.tokens:
            if token is None:
                tokens, first, _ = next(given)
                starts.append(base + tokens.offsets[:-1] + first)
                base += len(tokens.values)
            else:
                starts.append(np.full(len(places), number))
                number += 1
        rows = parts_of(values, np.stack(starts, axis=1).ravel(), places.ravel())
        return Ragged(rows, offsets_of(places.sum(axis=1)))


def room_for(first: int, second: int, room: int) -> tuple[int, int]:
    """How many tokens of each text of a pair are kept if there is room for `room` tokens.

    As in the tokenizers library, the longer text is truncated first, then both alike.
    """
    if first + second <= room:
        return first, second
    shorter, longer = sorted((first, second))
    longer = shorter if shorter > room else max(shorter, room - shorter)
    if shorter + longer > room:
        shorter = room // 2
        longer = shorter + room % 2
    return (longer, shorter) if first > second else (shorter, longer)
