"""Quotes untrusted values in messages: short, on one line, without invisible characters."""

import json

MAX_SHOWN_CHARACTERS = 80


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
        if character.isprintable()
        else character.encode("unicode_escape", "replace").decode()
        for character in text
    )
