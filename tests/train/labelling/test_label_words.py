"""What is said for labels, and which of them say nothing."""

from labelling.label_words import (
    label_texts,
    on_same_tokens,
    unknown_descriptions,
    why_unclear,
)


def test_a_label_is_said_by_its_description_else_by_its_name():
    labels = ["card_arrival", "C17", "Sci/Tech"]
    assert label_texts(labels, {"C17": "a lost card"}) == [
        "card arrival",
        "a lost card",
        "Sci/Tech",
    ]


def test_something_is_said_for_every_label():
    assert label_texts(["_", "__", " _ "], {}) == ["_", "__", " _ "]


def test_labels_that_are_no_words_are_named_with_what_to_give():
    reason = why_unclear(["0", "1", "good"], {"0": "bad"})
    assert reason is not None
    assert "not words: '1'." in reason
    assert '"label_descriptions", such as {"1": ' in reason
    assert (why_unclear(["0"], {}, "leave it") or "").endswith(", or leave it.")
    assert why_unclear(["0", "1"], {"0": "bad", "1": "good"}) is None
    assert why_unclear(["bad", "good"], {}) is None


def test_numbers_to_predict_have_no_names():
    assert "numbers to predict have none" in (why_unclear([], {}) or "")


def test_descriptions_of_other_labels_are_a_problem_of_the_request():
    (problem,) = unknown_descriptions(["bad", "good"], {"god": "praise", "bad": "blame"})
    assert problem.field == "label_descriptions"
    assert "'god'" in problem.problem and "'bad', 'good'" in problem.remedy
    assert unknown_descriptions(["bad", "good"], {"bad": "blame"}) == []


def test_labels_that_are_the_same_tokens_to_a_model_are_named():
    (told,) = on_same_tokens(["US", "us", "we"], [[7, 8], [7, 8], [7]])
    assert "'US', 'us'" in told and '"label_descriptions"' in told
    assert on_same_tokens(["US", "us"], [[7, 8], [8, 7]]) == []
