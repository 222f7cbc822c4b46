"""Formats words and phrases of the report."""


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def shortened(text: str, max_characters: int) -> str:
    """Shorten `text` in the middle, because names of models often differ at their ends."""
    if len(text) <= max_characters:
        return text
    left = (max_characters - 1) * 3 // 5
    return f"{text[:left]}…{text[len(text) - (max_characters - 1 - left) :]}"
