"""Which candidates need labels with names, or a range of numbers."""

import pytest

from documents.preparation_request import RequestedCandidate, RequestedRecipe
from labelling.name_faults import fault_of

CODES = ("C17", "C18")
WORDS = ("bad", "good")


def fault(method, labels, *, examples=None, has_train=True, **descriptions):
    recipe = RequestedRecipe(max_length=None, prompt_examples=examples)
    candidate = RequestedCandidate("m-1", "m", None, method, recipe)
    return fault_of(candidate, labels, descriptions, has_train=has_train)


@pytest.mark.parametrize("method", ["full", "frozen", "static"])
def test_methods_that_learn_from_rows_take_any_labels(method):
    assert fault(method, CODES) is None
    assert fault(method, ()) is None


def test_examples_tell_a_language_model_what_codes_mean():
    assert fault("prompt", CODES) is None
    assert fault("prompt", CODES, examples=4) is None


def test_without_examples_a_language_model_goes_by_names():
    for_number = fault("prompt", CODES, examples=0) or ""
    assert "not words: 'C17', 'C18'." in for_number and "leave out prompt_examples" in for_number
    without_train = fault("prompt", CODES, has_train=False) or ""
    assert '"label_descriptions"' in without_train and "rows to train on" in without_train
    assert fault("prompt", CODES, has_train=False, C17="blame", C18="praise") is None
    assert fault("prompt", WORDS, has_train=False) is None


def test_the_numbers_to_choose_among_come_from_train():
    assert "dataset.train" in (fault("prompt", (), has_train=False) or "")
    assert fault("prompt", (), examples=0) is None


def test_zeroshot_always_goes_by_names():
    assert fault("zeroshot", CODES) is not None
    assert fault("zeroshot", ()) is not None
    assert fault("zeroshot", WORDS, has_train=False) is None


@pytest.mark.parametrize("method", ["zeroshot", "prompt"])
def test_labels_that_are_said_in_the_same_words_cannot_be_told_apart(method):
    by_name = fault(method, ("card_arrival", "card arrival", "lost")) or ""
    assert "'card_arrival', 'card arrival' are said in the same words, 'card arrival'" in by_name
    described = fault(method, CODES, C17="a  bill", C18="a bill") or ""
    assert "'C17', 'C18'" in described and '"label_descriptions"' in described
    other_name = fault(method, (*WORDS, "C17"), C17="good") or ""
    assert "'good', 'C17'" in other_name
    assert fault("full", ("card_arrival", "card arrival")) is None
