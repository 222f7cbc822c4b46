"""Labels in words, for methods that know a label by its name alone."""

import json
import re
from collections.abc import Mapping, Sequence

from source.data_problems import Problem, shown

_PARTS = re.compile(r"[^\W_]+")
# From here on a single letter may be a word, as in Chinese.
_FIRST_IDEOGRAPH = "\u2e80"
_FEWEST_LETTERS = 2
# Fewer letters in one part with digits are a code, such as C17 or ICD10.
_FEWEST_LETTERS_BESIDE_DIGITS = 4
# In LABEL_0 or "class 3" they say nothing.
_SAYS_NOTHING_BESIDE_DIGITS = re.compile(
    "category|class|cluster|code|group|id|label|level|no|nr|number|tag|target|topic|type|value",
    re.IGNORECASE,
)


def label_texts(labels: Sequence[str], descriptions: Mapping[str, str]) -> list[str]:
    """What is said for each label: its description, else its name, with spaces for underscores."""
    return [
        descriptions.get(label) or " ".join(label.replace("_", " ").split()) or label
        for label in labels
    ]


def says_something(label: str) -> bool:
    """Whether it has a word, and is not just a number or a code such as 0, C17 or LABEL_1.

    The service has the same rule, for labels that a request names.
    """
    is_numbered = any(map(str.isdigit, label))
    return any(_is_word(part, is_numbered) for part in _PARTS.findall(label))


def _is_word(part: str, is_numbered: bool) -> bool:
    letters = "".join(filter(str.isalpha, part))
    if is_numbered and _SAYS_NOTHING_BESIDE_DIGITS.fullmatch(letters):
        return False
    if letters != part:
        return len(letters) >= _FEWEST_LETTERS_BESIDE_DIGITS
    return len(letters) >= _FEWEST_LETTERS or letters >= _FIRST_IDEOGRAPH


def why_unclear(
    labels: Sequence[str],
    descriptions: Mapping[str, str],
    otherwise: str = "give it another method, such as frozen",
) -> str | None:
    """Why a method that goes by the labels' names cannot take part; None if it can.

    Args:
        labels: empty in a regression.
        otherwise: what to do but describe labels.
    """
    if not labels:
        return (
            "It goes by the names of labels, and numbers to predict have none: give it another "
            "method, such as frozen."
        )
    unclear = [each for each in labels if each not in descriptions and not says_something(each)]
    if not unclear:
        return None
    example = json.dumps({unclear[0][:60]: "what such a text is about"}, ensure_ascii=False)
    return (
        f"It goes by the names of labels, and these are not words: {shown(unclear)}. Say in words "
        f'what they are in the request\'s "label_descriptions", such as {example}, or '
        f"{otherwise}."
    )


def why_alike(labels: Sequence[str], descriptions: Mapping[str, str]) -> str | None:
    """Why a method that goes by what is said for labels cannot tell two apart; None if it can."""
    first: dict[str, str] = {}
    for label, text in zip(labels, label_texts(labels, descriptions), strict=True):
        words = " ".join(text.split())
        other = first.setdefault(words, label)
        if other != label:
            return (
                f"It goes by what is said for the labels, and {shown([other, label])} are said in "
                f"the same words, {words[:60]!r}, so that one of them would never be given: "
                'describe them in different words in the request\'s "label_descriptions".'
            )
    return None


def on_same_tokens(labels: Sequence[str], tokens: Sequence[Sequence[int]]) -> list[str]:
    """A sentence for people if a model reads what is said for two labels as the same tokens.

    Args:
        tokens: what the model reads of each label.
    """
    by_tokens: dict[tuple[int, ...], list[str]] = {}
    for label, own in zip(labels, tokens, strict=True):
        by_tokens.setdefault(tuple(own), []).append(label)
    alike = next((each for each in by_tokens.values() if len(each) > 1), None)
    if alike is None:
        return []
    return [
        f"Its tokeniser makes the same of the labels {shown(alike)}, as of letters or symbols that "
        "it does not know, so it never gives but one of them: describe them in other words in "
        '"label_descriptions".'
    ]


def unknown_descriptions(labels: Sequence[str], descriptions: Mapping[str, str]) -> list[Problem]:
    """A problem if labels are described that the data does not have."""
    unknown = [label for label in descriptions if label not in set(labels)]
    if not unknown:
        return []
    known = (
        f"The labels are {shown(labels)}." if labels else "The task is a regression: leave it out."
    )
    return [Problem("label_descriptions", f"The data has no labels {shown(unknown)}.", known)]
