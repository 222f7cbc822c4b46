"""Tokenises texts word by word where that gives the same tokens: a corpus repeats its words.

In a thousand texts only one word in ten is new, and looking up the others takes a fraction of the
time that normalising and splitting them again would take.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from tokeniser.ragged import Ragged

# The cache of known words is emptied when it exceeds this.
_MOST_CHARACTERS = 32_000_000

# Every character except the space that Python, Rust or RE2 counts as white space.
_OTHER_SPACE = (
    r"[\x{09}-\x{0d}\x{1c}-\x{1f}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}"
    r"\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
)
_ALPHANUMERIC = "[0-9A-Za-z]"
_MARK = r"[!-/:-@\[-`{-~]"
_CUT = "\0"


@dataclass(frozen=True)
class _Splitter:
    """Splits a text into parts whose tokens, joined, are the tokens of the text."""

    split: Callable[[pa.Array], pa.ListArray]
    exceptions: str
    """A regular expression; texts that match must be tokenised whole."""


class WordPieces:
    """Tokenises texts, without special tokens; results do not depend on earlier calls."""

    def __init__(self, backend: Tokenizer) -> None:
        self._backend = backend
        self._splitter = _splitter_for(backend)
        self._known: dict[str, bytes] = {}
        self._characters = 0

    def __call__(self, texts: Sequence[str]) -> Ragged:
        """The tokens of each text."""
        if self._splitter is None:
            return Ragged.of_bytes(self._encode(texts))
        given = pa.array(texts, pa.large_string())
        is_whole = pc.match_substring_regex(given, self._splitter.exceptions)
        whole = np.flatnonzero(is_whole.to_numpy(zero_copy_only=False))
        if not len(whole):
            return self._by_words(given)
        # Texts tokenised whole are appended to the others; then all return to their places.
        rest = np.setdiff1d(np.arange(len(texts)), whole)
        one = self._by_words(given.take(pa.array(rest)))
        other = Ragged.of_bytes(self._encode([texts[row] for row in whole.tolist()]))
        both = Ragged(
            np.concatenate([one.values, other.values]),
            np.concatenate([one.offsets, one.offsets[-1] + other.offsets[1:]]),
        )
        return both.take(np.argsort(np.concatenate([rest, whole])))

    def _by_words(self, texts: pa.Array) -> Ragged:
        assert self._splitter is not None
        words = self._splitter.split(texts)
        distinct = words.values.dictionary_encode()
        tokens = Ragged.of_bytes(self._look_up(distinct.dictionary.to_pylist()))
        by_word = tokens.take(distinct.indices.to_numpy())
        return by_word.joined(words.offsets.to_numpy())

    def _look_up(self, words: Sequence[str]) -> list[bytes]:
        if self._characters > _MOST_CHARACTERS:
            self._known.clear()
            self._characters = 0
        known = self._known
        new = [word for word in words if word not in known]
        known.update(zip(new, self._encode(new), strict=True))
        self._characters += sum(map(len, new))
        return [known[word] for word in words]

    def _encode(self, texts: Sequence[str]) -> list[bytes]:
        encoded = self._backend.encode_batch_fast(list(texts), add_special_tokens=False)
        # C integers are those of int32 wherever PyTorch runs.
        return [array("i", encoding.ids).tobytes() for encoding in encoded]


def _splitter_for(backend: Tokenizer) -> _Splitter | None:
    """None for a tokeniser that is neither of BERT's kind nor byte-level as GPT-2's."""
    added = list(backend.get_added_tokens_decoder().values())
    if any(token.rstrip or " " in token.content for token in added):
        return None
    contents = [_escaped(token.content) for token in added]
    is_bert = (
        isinstance(backend.normalizer, normalizers.BertNormalizer)
        and isinstance(backend.pre_tokenizer, pre_tokenizers.BertPreTokenizer)
        and isinstance(backend.model, models.WordPiece)
        # These are matched in the normalised text, which only the backend sees.
        and not any(token.normalized for token in added)
    )
    if is_bert:
        return _Splitter(_bert_words, "|".join(contents))
    is_byte_level = (
        backend.normalizer is None
        and isinstance(backend.pre_tokenizer, pre_tokenizers.ByteLevel)
        and backend.pre_tokenizer.use_regex
        # Otherwise every part would get a space in front, not only the text.
        and not backend.pre_tokenizer.add_prefix_space
        and isinstance(backend.model, models.BPE)
        and not backend.model.dropout
    )
    if not is_byte_level:
        return None
    # The pre-tokeniser keeps the spaces of these together, so that the vocabulary may merge them.
    spaces = rf"   |  \z| {_OTHER_SPACE}|{_OTHER_SPACE} "
    return _Splitter(_byte_level_words, "|".join([spaces, r"\x{00}", *contents]))


def _bert_words(texts: pa.Array) -> pa.ListArray:
    """Cut at spaces and around punctuation marks, each of which the pre-tokeniser makes a word."""
    before = pc.replace_substring_regex(texts, f"({_ALPHANUMERIC})({_MARK})", r"\1 \2")
    around = pc.replace_substring_regex(before, f"({_MARK})({_ALPHANUMERIC})", r"\1 \2")
    return pc.split_pattern(around, " ")


def _byte_level_words(texts: pa.Array) -> pa.ListArray:
    """Cut before a space, which belongs to the next word, and before a mark, as that of 's."""
    before_spaces = pc.replace_substring(texts, " ", f"{_CUT} ")
    before_marks = pc.replace_substring_regex(
        before_spaces, f"({_ALPHANUMERIC})({_MARK})", f"\\1{_CUT}\\2"
    )
    return pc.split_pattern(before_marks, _CUT)


def _escaped(text: str) -> str:
    return "".join(f"\\x{{{ord(character):x}}}" for character in text)
