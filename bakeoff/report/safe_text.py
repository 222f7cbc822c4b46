"""Texts of strangers as they may stand in a page: escaping takes care of HTML, this of the rest."""

import unicodedata
from typing import Any

# Joiners and marks of direction: emoji, Persian and Hebrew need them. Lines and tabs lay out texts.
_KEPT = frozenset("\n\t\u200c\u200d\u200e\u200f")


def cleaned(value: Any) -> Any:
    """`value` with each text in it cleaned, keys of objects too."""
    if isinstance(value, str):
        return cleaned_text(value)
    if isinstance(value, dict):
        return {cleaned(key): cleaned(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(member) for member in value]
    return value


def cleaned_text(text: str) -> str:
    """`text` with control characters, halves of characters and the like written as escapes.

    They are invalid in XML, cannot be written as UTF-8, or turn the text around them.
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in _KEPT or unicodedata.category(character) == "Zs"
        else character.encode("unicode_escape").decode()
        for character in text.replace("\r\n", "\n")
    )
