"""What slices are called in prose."""

import pytest

from bakeoff.summary.slice_names import grouping_name, slice_name, slice_phrase
from bakeoff.summary.slices import Grouping, Slice


def sliced(by="column", kind="value", name="de", column="country"):
    part = Slice(kind=kind, name=name, rows=40, untested=None, scores=[])
    column = column if by == "column" else None
    return Grouping(by=by, column=column, metric="f1", slices=[part]), part


@pytest.mark.parametrize(
    ("slices", "phrase"),
    [
        (sliced(), 'country "de"'),
        (sliced(kind="other", name=""), "other values of country"),
        (sliced(kind="missing", name=""), "no country"),
        (sliced(kind="range", name="18 to 40", column="age"), "age 18 to 40"),
        (sliced("text_length", "range", "12 to 40"), "12 to 40 characters"),
        (sliced("label", name="spam"), 'label "spam"'),
        (sliced("target", "range", "1 to 2.5"), "number to predict 1 to 2.5"),
    ],
)
def test_a_slice_is_named_in_prose(slices, phrase):
    assert slice_phrase(*slices) == phrase


def test_long_names_and_those_that_command_a_terminal_are_made_harmless():
    grouping, part = sliced(name="\x1b[2J" + "x" * 90, column="\x07" + "y" * 90)

    for text in (slice_phrase(grouping, part), grouping_name(grouping), slice_name(part)):
        assert text.isprintable()
        assert len(text) < 100
