"""The texts of a row as a model's tokeniser gets them."""

from collections.abc import Sequence


def given_texts(row: Sequence[str], *, prompt: str = "", lowers_case: bool = False) -> list[str]:
    """`prompt` begins a text that the model gets by itself, not the two that are one input."""
    begun = [prompt + row[0]] if len(row) == 1 else [*row]
    return [text.lower() for text in begun] if lowers_case else begun
