"""Sentences that say what a text with a label is: the labels' names in a few templates."""

from collections.abc import Sequence

TEMPLATES = (
    "This text is about {label}.",
    "This text is {label}.",
    "This text expresses {label}.",
    "{label}",
)
"""Those to choose from on validation; the first is taken where there is none."""


def sentences(template: str, label_texts: Sequence[str]) -> list[str]:
    """The template filled with each label's text, which may hold braces itself."""
    return [template.replace("{label}", text) for text in label_texts]
