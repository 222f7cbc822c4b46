"""What the jobs of methods without training read: it grows with labels and examples."""

import pytest

from bakeoff.cost.tokens_read import Answering, tokens_read
from bakeoff.prepared.manifest import Rows

ROWS = Rows(train=1000, validation=100, test=50)


@pytest.mark.parametrize("method", ["frozen", "static", "tfidf"])
def test_methods_that_learn_from_rows_read_each_once(method):
    assert tokens_read(method, ROWS, 10) == 10 * 1150


def test_comparing_vectors_reads_validation_and_test_whatever_the_labels_are():
    assert tokens_read("zeroshot", ROWS, 10, Answering(num_answers=77)) == 10 * 150


def test_a_model_for_inference_reads_each_text_for_every_label_and_template():
    few = tokens_read("zeroshot", ROWS, 10, Answering(num_answers=2, entails=True))
    # Four templates on the validation rows, and the best one on test, with the label's sentence.
    assert few == 2 * (10 + 10) * (4 * 100 + 50)
    many = tokens_read("zeroshot", ROWS, 10, Answering(num_answers=10, entails=True))
    assert many == 5 * few


def test_of_many_pairs_only_some_rows_choose_the_template():
    rows = Rows(train=0, validation=3000, test=50)
    read = tokens_read("zeroshot", rows, 10, Answering(num_answers=77, entails=True))
    assert read == 77 * 20 * (4 * (10_000 // 77) + 3000 + 50)


def test_without_validation_nothing_is_chosen():
    rows = Rows(train=0, validation=0, test=50)
    assert tokens_read("zeroshot", rows, 10, Answering(3, entails=True)) == 3 * 20 * 50
    assert tokens_read("prompt", rows, 10, Answering(prompt_examples=0)) == 10 * 50


def test_a_prompt_reads_the_text_and_the_answers():
    assert tokens_read("prompt", ROWS, 10, Answering(prompt_examples=0)) == 10 * 150
    with_answers = tokens_read("prompt", ROWS, 10, Answering(num_answers=7, prompt_examples=0))
    assert with_answers == (10 + 14) * 150


def test_each_prompt_has_its_own_nearest_examples():
    # All prompts share the balanced ones, so only the nearest are read for each row.
    read = tokens_read("prompt", ROWS, 10, Answering(prompt_examples=4))
    assert read == 100 * (10 + 50) + 50 * (10 + 50) / 2
    # Long ones are cut.
    long = tokens_read("prompt", ROWS, 1000, Answering(prompt_examples=4))
    assert long == 100 * (1000 + 2024) + 50 * (1000 + 2024) / 2


def test_kinds_of_prompts_are_tried_on_some_rows_only():
    rows = Rows(train=0, validation=1000, test=50)
    read = tokens_read("prompt", rows, 10, Answering())
    kinds = [10, 10, 10, 10 + 40, 10 + 80]
    assert read == 300 * sum(kinds) + 1050 * sum(kinds) / 5
