"""Users' texts are text, also where they contain a model's special tokens, such as "</s>".

By default a tokeniser takes the characters "</s>" for the end of the text. Models then read past
a text's end, or refuse it.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase

_MOST_TEXTS = 50_000
_MOST_NAMED = 3


def as_text(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]) -> list[str]:
    """The texts in a form whose tokens are those of ordinary characters; most are unchanged.

    It also tells tokenisers of the tokenizers library to split special tokens, which stays so when
    they are saved. In the texts themselves, special tokens get a space after their first character
    if the tokeniser would find them all the same, as those of sentencepiece do.
    """
    pattern = _found_all_the_same(tokenizer)
    if pattern is None:
        return list(texts)
    return [pattern.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text) for text in texts]


def literal_tokens_warning(
    tokenizer: PreTrainedTokenizerBase, columns: Iterable[Sequence[str]]
) -> str | None:
    """A sentence for people if texts contain special tokens; None if none does."""
    # Where a saved model is served, there is no pyarrow.
    import pyarrow as pa
    import pyarrow.compute as pc

    written = _written(tokenizer)
    if not written:
        return None
    pattern = "|".join(_re2_escaped(token) for token in written)
    num_texts = 0
    named: set[str] = set()
    for texts in columns:
        for start in range(0, len(texts), _MOST_TEXTS):
            part = pa.array(texts[start : start + _MOST_TEXTS], pa.large_string())
            found = part.filter(pc.match_substring_regex(part, pattern))
            num_texts += len(found)
            if len(named) < _MOST_NAMED:
                named |= {token for text in found.to_pylist() for token in written if token in text}
    if not num_texts:
        return None
    some = ", ".join(repr(token) for token in sorted(named)[:_MOST_NAMED])
    verb = "contains" if num_texts == 1 else "contain"
    return (
        f"{num_texts:,} text{'' if num_texts == 1 else 's'} {verb} what its tokeniser uses as "
        f"special tokens ({some}). They were read as ordinary characters. Markers that the model "
        "is to know must be ordinary tokens of its tokeniser (`add_tokens`), not special ones."
    )


@lru_cache(maxsize=8)
def _found_all_the_same(tokenizer: PreTrainedTokenizerBase) -> re.Pattern[str] | None:
    """Matches the special tokens that the tokeniser finds in texts although it must not."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if isinstance(backend, Tokenizer):
        tokenizer.split_special_tokens = True
        tokenizer.init_kwargs["split_special_tokens"] = True
        backend.encode_special_tokens = True
    # Tokenisers written in Python would then split the tokens that users added, too.
    found = [token for token in _written(tokenizer) if _finds(tokenizer, token)]
    # A longer token may begin with a shorter one.
    longest_first = sorted(found, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if found else None


def _written(tokenizer: PreTrainedTokenizerBase) -> list[str]:
    """The special tokens as texts may contain them. A single character may be an ordinary one."""
    added = getattr(tokenizer, "added_tokens_decoder", {}).values()
    special = {*tokenizer.all_special_tokens, *(each.content for each in added if each.special)}
    return sorted(token for token in special if len(token.strip()) > 1)


def _finds(tokenizer: PreTrainedTokenizerBase, token: str) -> bool:
    number = tokenizer.convert_tokens_to_ids(token)
    encoded = [
        tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        for text in (f"a {token} b", f"a{token}b")
    ]
    return any(number in numbers for numbers in encoded)


def _re2_escaped(text: str) -> str:
    return "".join(f"\\x{{{ord(character):x}}}" for character in text)
