"""The allowed word that a wrong one is close to."""

import difflib
from collections.abc import Iterable

# Comparing takes time that grows with the lengths.
_MAX_CHARACTERS = 100


def nearest(written: str, allowed: Iterable[str]) -> str | None:
    """As F1 is to f1, or Macro-F1 to macro_f1; None if no word is near."""
    plain = written[:_MAX_CHARACTERS].lower().replace("-", "_").replace(" ", "_")
    found = difflib.get_close_matches(plain, list(allowed), n=1)
    return found[0] if found else None


def question(written: str, allowed: Iterable[str]) -> str:
    """Offers the nearest word, with a space behind; empty if none is near."""
    found = nearest(written, allowed)
    return f"Did you mean {found}? " if found else ""
