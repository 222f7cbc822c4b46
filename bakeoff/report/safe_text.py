"""Cleans untrusted texts for a page; HTML itself is escaped by the templates."""

from typing import Any

from bakeoff.quoting import cleaned_text


def cleaned(value: Any) -> Any:
    """`value` with every text in it cleaned, including the keys of objects."""
    if isinstance(value, str):
        return cleaned_text(value)
    if isinstance(value, dict):
        return {cleaned(key): cleaned(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(member) for member in value]
    return value
