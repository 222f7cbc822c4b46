import pytest

from bakeoff.report.pictures.text_width import shortened_to, text_width


def test_width_grows_with_the_size_and_with_bold_type():
    assert text_width("0.803", 20) == pytest.approx(2 * text_width("0.803", 10))
    assert text_width("all-MiniLM-L6-v2", is_bold=True) > text_width("all-MiniLM-L6-v2")


def test_narrow_wide_and_full_width_characters_differ():
    widths = [text_width(text) for text in ("iiii", "aaaa", "WWWW", "模型漢字", "🤖🤖🤖🤖")]
    assert widths == sorted(set(widths))


def test_marks_and_joiners_take_no_room():
    assert text_width("e\u0301") == text_width("e")
    assert text_width("a\u200d\u200e") == text_width("a")


def test_a_name_that_fits_is_left_alone():
    assert shortened_to("all-MiniLM-L6-v2 (full)", 200) == "all-MiniLM-L6-v2 (full)"


@pytest.mark.parametrize("is_bold", [False, True])
@pytest.mark.parametrize("name", ["W" * 80, "i" * 200, "模型" * 40, "🤖" * 40, "deberta-v3-" * 12])
def test_a_name_that_is_too_wide_keeps_both_ends_and_fits(name, is_bold):
    short = shortened_to(name, 180, is_bold=is_bold)
    left, right = short.split("…")
    assert name.startswith(left) and name.endswith(right) and left and right
    assert 150 < text_width(short, is_bold=is_bold) <= 180


def test_a_name_of_several_lines_is_written_on_one():
    assert shortened_to("a\nb\tc", 200) == "a b c"


def test_without_any_room_there_is_an_ellipsis():
    assert shortened_to("distilroberta-base", 3) == "…"
