import csv
import io

import pytest

from bakeoff.summary.columns import Column
from bakeoff.summary.csv_table import to_csv

COLUMNS = (
    Column("a", "text", "", "first", lambda row: row[0]),
    Column("b", "number", "", "second", lambda row: row[1]),
)


def line_of(a, b=None):
    return to_csv(COLUMNS, [(a, b)]).removeprefix("a,b\r\n")


def test_a_table_is_a_header_and_a_line_per_row():
    rows = [("x", 1), ("y", 2.5)]
    assert to_csv(COLUMNS, rows) == "a,b\r\nx,1\r\ny,2.5\r\n"
    assert to_csv(COLUMNS, []) == "a,b\r\n"


def test_commas_quotes_and_line_breaks_are_read_back_as_they_were():
    text = 'one, "two"\nthree\nä'
    assert line_of(text) == '"one, ""two""\nthree\nä",\r\n'
    (cells,) = csv.reader(io.StringIO(line_of(text), newline=""))
    assert cells == [text, ""]


@pytest.mark.parametrize("number", [0.1 + 0.2, 1e-05, 5e-324, 1.0, -0.25, 2**53 + 1, 0])
def test_numbers_keep_their_full_precision(number):
    cell = line_of("x", number).strip().split(",")[1]
    assert type(number)(cell) == number


def test_unknown_and_non_finite_numbers_are_empty():
    for value in (None, float("nan"), float("inf"), float("-inf")):
        assert line_of("x", value) == "x,\r\n"


def test_truth_is_written_as_in_json():
    assert line_of("x", True) == "x,true\r\n"
    assert line_of("x", False) == "x,false\r\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless(start):
    (cells,) = csv.reader(io.StringIO(line_of(f"{start}HYPERLINK(1)"), newline=""))
    assert cells[0] == f"'{start}HYPERLINK(1)"


def test_negative_numbers_are_no_formulas():
    assert line_of("a-b", -1) == "a-b,-1\r\n"
