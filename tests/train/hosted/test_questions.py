"""What a hosted model is asked, in turns."""

from hosted.questions import BYTES_PER_TOKEN, Questions, Turn, size_in_tokens
from prompting.examples import NO_EXAMPLES, Example, FixedExamples

SHOWN = FixedExamples("balanced", (Example(("fine",), "good"), Example(("poor",), "bad")))


def test_examples_are_turns_before_the_row():
    (question,) = Questions("Say which.\n\n", is_pair=False, max_length=64).of([["so so"]], SHOWN)
    assert question == (
        Turn("user", "Say which.\n\nText: fine"),
        Turn("assistant", "good"),
        Turn("user", "Text: poor"),
        Turn("assistant", "bad"),
        Turn("user", "Text: so so"),
    )


def test_a_pair_is_one_turn():
    (question,) = Questions("", is_pair=True, max_length=64).of([["a", "b"]], NO_EXAMPLES)
    assert question == (Turn("user", "First text: a\nSecond text: b"),)


def test_texts_are_cut_by_their_size_and_counted():
    questions = Questions("", is_pair=False, max_length=10)
    rows = [["x" * 1000], ["short"]]
    (cut,), (whole,) = questions.of(rows, NO_EXAMPLES)
    assert cut.text == "Text: " + "x" * (10 * BYTES_PER_TOKEN)
    assert whole.text == "Text: short"
    assert questions.num_cut(rows) == 1


def test_of_a_pair_the_longer_text_is_cut_first():
    questions = Questions("", is_pair=True, max_length=10)
    (question,) = questions.of([["x" * 1000, "y" * 6]], NO_EXAMPLES)
    assert question[0].text == f"First text: {'x' * 24}\nSecond text: yyyyyy"


def test_a_cut_leaves_no_broken_character():
    (question,) = Questions("", is_pair=False, max_length=3).of([["äöü" * 9]], NO_EXAMPLES)
    assert question[0].text == "Text: äöüä"


def test_the_size_of_a_text_is_that_of_its_bytes():
    assert size_in_tokens("abc") == 1
    assert size_in_tokens("abcd") == 2
    assert size_in_tokens("語語") == 2
