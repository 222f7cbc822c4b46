"""The allowed word that a wrong one is close to."""

import difflib
from collections.abc import Iterable

# Comparing takes time that grows with the lengths.
_MAX_CHARACTERS = 100


def nearest(written: str, allowed: Iterable[str]) -> str | None:
    """As F1 is to f1, Macro-F1 to macro_f1, and lr to learning_rate; None if no word is near."""
    by_plain = {_plain(word): word for word in reversed(list(allowed))}
    found = difflib.get_close_matches(_plain(written), by_plain, n=1)
    meant = found[0] if found else _longer(_plain(written), list(reversed(by_plain)))
    return by_plain[meant] if meant is not None else None


def question(written: str, allowed: Iterable[str]) -> str:
    """Offers the nearest word, with a space behind; empty if none is near."""
    found = nearest(written, allowed)
    return f"Did you mean {found}? " if found else ""


def _plain(word: str) -> str:
    return word[:_MAX_CHARACTERS].lower().replace("-", "_").replace(" ", "_")


def _longer(short: str, words: list[str]) -> str | None:
    """The first word of which `short` has the initials, else the first that contains it whole, as
    early_stopping_patience does patience."""
    parts = {word: word.split("_") for word in words}
    if len(short) < 2:
        return None
    for word in words:
        if short == "".join(part[:1] for part in parts[word]):
            return word
    return next((word for word in words if short in parts[word]), None)
