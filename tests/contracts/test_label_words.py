"""Service and training code agree on which labels are no words."""

import pytest

from bakeoff.request import label_words as of_service
from labelling import label_words as of_training

WORDS = (
    "spam",
    "not spam",
    "card_arrival",
    "Sci/Tech",
    "why_verify_identity?",
    "5 stars",
    "covid19",
    "no",
    "class",
    "été",
    "ジャンク",
    "好",
    "non-fiction",
)
NO_WORDS = ("0", "1", "-1", "2.5", "C17", "ICD10", "a", "A1", "LABEL_0", "class 3", "id_7", "?", "")


@pytest.mark.parametrize("says_something", [of_service.says_something, of_training.says_something])
def test_numbers_and_codes_say_nothing(says_something):
    assert [label for label in WORDS if not says_something(label)] == []
    assert [label for label in NO_WORDS if says_something(label)] == []
