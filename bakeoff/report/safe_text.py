"""Cleans untrusted texts for a page; HTML itself is escaped by the templates."""

import unicodedata
from typing import Any

# Emoji, Persian and Hebrew need joiners and direction marks; line breaks and tabs are layout.
_KEPT = frozenset("\n\t\u200c\u200d\u200e\u200f")


def cleaned(value: Any) -> Any:
    """`value` with every text in it cleaned, including the keys of objects."""
    if isinstance(value, str):
        return cleaned_text(value)
    if isinstance(value, dict):
        return {cleaned(key): cleaned(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(member) for member in value]
    return value


def cleaned_text(text: str) -> str:
    """`text` with control characters, lone surrogates and the like escaped.

    They are invalid in XML, cannot be encoded as UTF-8, or reverse the text around them.
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in _KEPT or unicodedata.category(character) == "Zs"
        else character.encode("unicode_escape").decode()
        for character in text.replace("\r\n", "\n")
    )
