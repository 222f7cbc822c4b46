"""Double quotes in CSV and TSV: they never join rows without a word."""

import pytest

from tests.support.read_files import refusal_of, rows_of

LABELS = ("neg", "pos")


def table(delimiter, num_rows=200):
    """Rows of which some texts begin and others end with a quote."""
    lines = [delimiter.join(("text", "label"))]
    for number in range(num_rows):
        opening, closing = ('"' if number % 20 == place else "" for place in (3, 9))
        text = f"{opening}film {number} was fine{closing}"
        lines.append(f"{text}{delimiter}{LABELS[number % 2]}")
    return "\n".join(lines) + "\n"


def test_quotes_that_would_swallow_rows_of_a_tsv_are_ordinary_characters(tmp_path):
    rows = rows_of(tmp_path, "a.tsv", table("\t"))
    assert (len(rows), rows.num_lines) == (200, 200)
    assert rows.values("text")[3] == '"film 3 was fine'
    assert rows.notes == [
        "a.tsv: the quote that opens in line 5 would join the lines up to 11 into one row, "
        "although each of them looks like a row. So double quotes were read as ordinary characters."
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "|"])
def test_quotes_that_would_swallow_rows_of_a_csv_are_refused_with_the_line(tmp_path, delimiter):
    problem = refusal_of(tmp_path, "a.csv", table(delimiter))
    assert "the quote that opens in line 5 would join the lines up to 11" in problem.problem
    assert '"quotes": false' in problem.remedy and '"quotes": true' in problem.remedy


def test_swallowed_rows_are_recognised_by_numbers_to_predict_as_well(tmp_path):
    lines = ["text,score", *(f"film {number},{number / 7:.3f}" for number in range(20))]
    lines[3], lines[7] = f'"{lines[3]}', lines[7].replace(",", '",')
    problem = refusal_of(tmp_path, "a.csv", "\n".join(lines))
    assert "the quote that opens in line 4 would join the lines up to 8" in problem.problem


def test_the_request_decides_what_quotes_are(tmp_path):
    assert len(rows_of(tmp_path, "a.csv", table(","), quotes=False)) == 200
    rows = rows_of(tmp_path, "a.csv", table(","), quotes=True)
    assert (len(rows), rows.num_lines) == (140, 200)
    assert rows.notes == [
        "200 lines gave 140 rows, because values in double quotes go on over line breaks."
    ]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_texts_with_line_breaks_in_quotes_stay_whole(tmp_path, delimiter):
    texts = ["Dear all, hello\nand bye", "one, two\nthree, four\nfive", 'he said "so"\nand went']
    quoted = ['"' + text.replace('"', '""') + '"' for text in texts]
    lines = [f"{text}{delimiter}{LABELS[number % 2]}" for number, text in enumerate(quoted * 5)]
    content = "\n".join([f"text{delimiter}label", *lines])
    rows = rows_of(tmp_path, "a.csv", content)
    assert rows.values("text") == texts * 5
    assert (rows.num_lines, len(rows)) == (35, 15)


def test_a_tsv_whose_quotes_are_escaped_is_not_read_without_them(tmp_path):
    lines = ['"He said ""so"" twice"\tpos', '"open\tneg', 'close"\tpos']
    problem = refusal_of(tmp_path, "a.tsv", "\n".join(["text\tlabel", *lines]))
    assert "the quote that opens in line 3" in problem.problem


@pytest.mark.parametrize("text", ['"Great" film', '"never closed'])
def test_a_quote_that_is_none_is_a_character_in_a_tsv_and_refused_in_a_csv(tmp_path, text):
    rows = rows_of(tmp_path, "a.tsv", f"text\tlabel\n{text}\tpos\nbad\tneg\n")
    assert rows.values("text") == [text, "bad"]
    assert "double quotes were read as ordinary characters" in rows.notes[0]
    problem = refusal_of(tmp_path, "a.csv", f"text,label\n{text},pos\nbad,neg\n")
    assert '"quotes": false' in problem.remedy


def test_columns_without_a_name_are_passed_over_and_counted(tmp_path):
    rows = rows_of(tmp_path, "a.csv", "v1,v2,,, \nham,a,,,\nspam,b,and more,,\n")
    assert rows.column_names == ["v1", "v2"]
    assert rows.values("v2") == ["a", "b"]
    assert rows.notes == [
        "a.csv: columns without a name (3) were passed over; rows with something there: 1."
    ]
    assert "names no column" in refusal_of(tmp_path, "b.csv", ",,\na,b,c\n").problem


def test_a_quote_behind_a_backslash_is_refused_with_how_to_write_it(tmp_path):
    problem = refusal_of(tmp_path, "a.csv", 'text,label\n"so \\"good\\", yes",1\n')
    assert problem.remedy.startswith(
        'Within a value in quotes, write a quote as "" instead of \\".'
    )
