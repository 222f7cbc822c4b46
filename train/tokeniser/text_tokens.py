"""A batch of texts, or pairs, as tokens: cut as the tokeniser itself would cut them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase

from tokeniser.empty_texts import token_of_no_text
from tokeniser.literal_tokens import as_text
from tokeniser.special_tokens import Frame, room_for
from tokeniser.word_pieces import WordPieces

_TRIED_ROWS = 16


class NoRoomError(ValueError):
    """The special tokens alone take all the tokens that are allowed."""


@dataclass(frozen=True)
class TokenBatch:
    """Rows one after another; of T tokens in R rows."""

    tokens: NDArray[np.int32]
    """(T,)"""
    types: NDArray[np.int32] | None
    """(T,), None if the tokeniser gives none."""
    kept: NDArray[np.int64]
    """(R,) tokens of each row."""
    lengths: NDArray[np.int64]
    """(R,) tokens of each row before it was cut."""

    def with_token(self, token: int, rows: NDArray[np.int64]) -> Self:
        """The batch in which `rows`, which are empty, consist of this token."""
        places = (np.cumsum(self.kept) - self.kept)[rows]
        kept, lengths = self.kept.copy(), self.lengths.copy()
        kept[rows] = lengths[rows] = 1
        return type(self)(
            np.insert(self.tokens, places, token),
            None if self.types is None else np.insert(self.types, places, 0),
            kept,
            lengths,
        )


class TextTokens:
    """The tokeniser's own tokens of texts, truncated to `max_length` tokens; a row without tokens
    gets the end-of-text token. Special tokens that stand in a text are characters.

    The tokens are assembled from those of single words if that gives the tokeniser's own results
    for a few of the texts; otherwise the tokeniser gets whole texts.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, max_length: int) -> None:
        self._asked = _AskedTokens(tokenizer, max_length)
        self._assembled: _AssembledTokens | None = None
        self._tokenizer = tokenizer
        self._max_length = max_length
        self._is_tried = False

    def batch(self, texts: Sequence[str], pairs: Sequence[str] | None) -> TokenBatch:
        """Raises NoRoomError if nothing of a text would be left."""
        texts = as_text(self._tokenizer, texts)
        pairs = None if pairs is None else as_text(self._tokenizer, pairs)
        if not self._is_tried:
            self._is_tried = True
            self._assembled = self._alike(texts, pairs)
        batch = (self._assembled or self._asked).batch(texts, pairs)
        bare = np.flatnonzero(batch.kept == 0)
        return batch.with_token(token_of_no_text(self._tokenizer), bare) if len(bare) else batch

    def batches(
        self, batches: Iterable[tuple[Sequence[str], Sequence[str] | None]]
    ) -> Iterator[TokenBatch]:
        """The tokens of each batch of texts and their pairs, in order."""
        return (self.batch(texts, pairs) for texts, pairs in batches)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing has to be ended."""

    def _alike(
        self, texts: Sequence[str], pairs: Sequence[str] | None
    ) -> "_AssembledTokens | None":
        assembled = _AssembledTokens.of(
            self._tokenizer, self._max_length, is_pair=pairs is not None
        )
        if assembled is None:
            return None
        step = max(1, len(texts) // _TRIED_ROWS)
        tried = texts[::step], None if pairs is None else pairs[::step]
        return assembled if _are_equal(self._asked.batch(*tried), assembled.batch(*tried)) else None


class _AskedTokens:
    """The tokens of any tokeniser. Texts that are too long are tokenised twice."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, max_length: int) -> None:
        self._tokenizer = tokenizer
        self._max_length = max_length

    def batch(self, texts: Sequence[str], pairs: Sequence[str] | None) -> TokenBatch:
        rows, types = self._rows(texts, pairs, is_cut=False)
        lengths = np.array([len(row) for row in rows], np.int64)
        long = [row for row, tokens in enumerate(rows) if len(tokens) > self._max_length]
        if long:
            cut, cut_types = self._rows(
                [texts[row] for row in long],
                None if pairs is None else [pairs[row] for row in long],
                is_cut=True,
            )
            for number, row in enumerate(long):
                rows[row] = cut[number]
                if types is not None and cut_types is not None:
                    types[row] = cut_types[number]
        kept = np.array([len(row) for row in rows], np.int64)
        if kept.max(initial=0) > self._max_length:
            raise NoRoomError(f"{self._max_length} tokens leave no room for a text.")
        return TokenBatch(_flat(rows), None if types is None else _flat(types), kept, lengths)

    def _rows(
        self, texts: Sequence[str], pairs: Sequence[str] | None, *, is_cut: bool
    ) -> tuple[list[list[int]], list[list[int]] | None]:
        encoded = self._tokenizer(
            list(texts),
            None if pairs is None else list(pairs),
            truncation="longest_first" if is_cut else False,
            max_length=self._max_length if is_cut else None,
            return_attention_mask=False,
            verbose=False,
        )
        return encoded["input_ids"], encoded.get("token_type_ids")


class _AssembledTokens:
    """The tokens of a tokenizers-library tokeniser whose special tokens have fixed places."""

    def __init__(
        self, tokenizer: PreTrainedTokenizerBase, backend: Tokenizer, max_length: int, frame: Frame
    ) -> None:
        self._backend = backend
        self._pieces = WordPieces(backend)
        self._frame = frame
        self._room = max_length - frame.num_special
        self._is_cut_left = tokenizer.truncation_side == "left"
        self._has_types = "token_type_ids" in tokenizer.model_input_names

    @classmethod
    def of(
        cls, tokenizer: PreTrainedTokenizerBase, max_length: int, *, is_pair: bool
    ) -> "_AssembledTokens | None":
        backend = getattr(tokenizer, "backend_tokenizer", None)
        if not isinstance(backend, Tokenizer):
            return None
        _uncut(backend)
        frame = Frame.of(backend, is_pair=is_pair)
        if frame is None:
            return None
        if frame.num_special >= max_length:
            raise NoRoomError(f"{max_length} tokens leave no room for a text.")
        return cls(tokenizer, backend, max_length, frame)

    def batch(self, texts: Sequence[str], pairs: Sequence[str] | None) -> TokenBatch:
        # The library resets the backend's truncation whenever it tokenises by itself.
        _uncut(self._backend)
        given = [self._pieces(texts)] + ([] if pairs is None else [self._pieces(pairs)])
        whole = [tokens.lengths for tokens in given]
        kept = self._kept(whole)
        firsts = [
            before - after if self._is_cut_left else np.zeros_like(after)
            for before, after in zip(whole, kept, strict=True)
        ]
        rows = self._frame.framed(*zip(given, firsts, kept, strict=True))
        places = self._frame.lengths(*kept)
        types = np.repeat(np.tile(self._frame.types, len(texts)).astype(np.int32), places.ravel())
        return TokenBatch(
            rows.values,
            types if self._has_types else None,
            rows.lengths,
            np.sum(whole, axis=0) + self._frame.num_special,
        )

    def _kept(self, whole: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
        """How many tokens of each text, and of each pair's, there is room for."""
        if len(whole) == 1:
            return [np.minimum(whole[0], self._room)]
        kept = [lengths.copy() for lengths in whole]
        for row in np.flatnonzero(np.sum(whole, axis=0) > self._room):
            kept[0][row], kept[1][row] = room_for(
                int(whole[0][row]), int(whole[1][row]), self._room
            )
        return kept


def _uncut(backend: Tokenizer) -> None:
    backend.no_truncation()
    backend.no_padding()


def _flat(rows: Sequence[Sequence[int]]) -> NDArray[np.int32]:
    return (
        np.concatenate([np.asarray(row, np.int32) for row in rows])
        if rows
        else np.zeros(0, np.int32)
    )


def _are_equal(one: TokenBatch, other: TokenBatch) -> bool:
    if one.types is None or other.types is None:
        types_are_equal = one.types is other.types
    else:
        types_are_equal = np.array_equal(one.types, other.types)
    return (
        types_are_equal
        and np.array_equal(one.tokens, other.tokens)
        and np.array_equal(one.kept, other.kept)
        and np.array_equal(one.lengths, other.lengths)
    )
