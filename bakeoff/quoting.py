"""Quotes untrusted values in messages: short, on one line, without invisible characters."""

import json
import unicodedata

MAX_SHOWN_CHARACTERS = 80
# Emoji, Persian and Hebrew need joiners and direction marks; line breaks and tabs are layout.
_LAYOUT = frozenset("\n\t\u200c\u200d\u200e\u200f")


def shown(value: object) -> str:
    """`value` as JSON, shortened to at most 80 characters."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:
        text = "a deeply nested value"
    return printable(text)


def printable(text: str, max_characters: int = MAX_SHOWN_CHARACTERS) -> str:
    """`text` with control characters and the like escaped, then shortened in the middle."""
    text = escaped(text)
    if len(text) <= max_characters:
        return text
    half = (max_characters - 3) // 2
    return f"{text[:half]}...{text[-half:]}"


def escaped(text: str) -> str:
    """`text` with every character escaped that a terminal would not show as such."""
    return "".join(
        character
        if character.isprintable() or unicodedata.category(character) == "Zs"
        else character.encode("unicode_escape", "replace").decode()
        for character in text
    )


def cleaned_text(text: str) -> str:
    """`text` with control characters, lone surrogates and the like escaped.

    They are invalid in XML, cannot be encoded as UTF-8, command a terminal, or reverse the text
    around them. Line breaks stay.
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable()
        or character in _LAYOUT
        or unicodedata.category(character) == "Zs"
        else character.encode("unicode_escape").decode()
        for character in text.replace("\r\n", "\n")
    )
