"""Formats words and phrases of the report."""

from collections.abc import Sequence


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def shortened(text: str, max_characters: int) -> str:
    """Shorten `text` in the middle, because names of models often differ at their ends."""
    if len(text) <= max_characters:
        return text
    left = (max_characters - 1) * 3 // 5
    return f"{text[:left]}…{text[len(text) - (max_characters - 1 - left) :]}"


def plural(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
