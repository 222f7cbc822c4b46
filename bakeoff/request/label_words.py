"""Whether a label's name says in words what it is. The training code has the same rule."""

import re

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


def says_something(label: str) -> bool:
    """Whether it has a word, and is not just a number or a code such as 0, C17 or LABEL_1."""
    is_numbered = any(map(str.isdigit, label))
    return any(_is_word(part, is_numbered) for part in _PARTS.findall(label))


def _is_word(part: str, is_numbered: bool) -> bool:
    letters = "".join(filter(str.isalpha, part))
    if is_numbered and _SAYS_NOTHING_BESIDE_DIGITS.fullmatch(letters):
        return False
    if letters != part:
        return len(letters) >= _FEWEST_LETTERS_BESIDE_DIGITS
    return len(letters) >= _FEWEST_LETTERS or letters >= _FIRST_IDEOGRAPH
