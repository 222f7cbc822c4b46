"""Text files in any encoding: recognised by their mark, stated by the request, or named."""

import pytest

from tests.support.read_files import columns_of, refusal_of, rows_of

TABLE = "text,label\nok,1\ncafé,2\n"
READ = {"text": ["ok", "café"], "label": ["1", "2"]}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("stated", [None, "same"])
def test_a_byte_order_mark_names_the_encoding(tmp_path, encoding, stated):
    encoded = TABLE.encode(encoding)
    stated = stated and encoding
    assert columns_of(tmp_path, "a.csv", encoded, encoding=stated) == READ


@pytest.mark.parametrize(
    "encoding", ["cp1252", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le", "cp037"]
)
def test_the_request_may_state_the_encoding(tmp_path, encoding):
    rows = rows_of(tmp_path, "a.csv", TABLE.encode(encoding), encoding=encoding)
    assert rows.values("text") == READ["text"]
    assert rows.notes == [f"The files were read as {encoding}, as the request says."]
    line = '{"text": "café", "label": 1}'
    assert columns_of(tmp_path, "a.jsonl", line.encode(encoding), encoding=encoding) == {
        "text": ["café"],
        "label": [1],
    }


def test_a_file_that_is_not_utf_8_is_refused_with_line_byte_and_how_it_reads_in_cp1252(tmp_path):
    problem = refusal_of(tmp_path, "a.csv", TABLE.encode("cp1252"))
    assert (
        "a.csv, line 3: byte 20 of the file is 0xE9, which is not valid in utf-8 there. In cp1252 "
        "(Windows, and Latin-1) the place reads 'café,2'."
    ) in problem.problem
    assert '"encoding": "cp1252"' in problem.remedy


def test_the_place_is_found_beyond_the_first_chunk(tmp_path):
    content = b"text,label\n" + b"ok,1\n" * 50_000 + b"\x93so\x94,2\n"
    problem = refusal_of(tmp_path, "a.csv", content)
    assert "line 50002: byte 250,012 of the file is 0x93" in problem.problem
    assert "'“so”,2'" in problem.problem


def test_bytes_that_are_no_western_text_either_are_not_said_to_be(tmp_path):
    problem = refusal_of(tmp_path, "a.jsonl", b'{"text": "\x81\x8d"}')
    assert "0x81" in problem.problem and "In cp1252" not in problem.problem
    assert '"encoding"' in problem.remedy


def test_a_stated_encoding_that_is_wrong_is_refused_with_the_place(tmp_path):
    problem = refusal_of(tmp_path, "a.csv", TABLE.encode(), encoding="ascii")
    assert "line 3: byte 20 of the file is 0xC3, which is not valid in ascii" in problem.problem
    assert "that the request gives" in problem.problem


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
# In other scripts, most characters have no zeros.
@pytest.mark.parametrize("table", [TABLE, "текст,метка\nпривет,да\n", "影片故事,标签\n好看,上\n"])
def test_utf_16_and_utf_32_without_a_mark_are_named(tmp_path, encoding, name, table):
    problem = refusal_of(tmp_path, name, table.encode(encoding))
    assert f"looks like {encoding} without a byte order mark" in problem.problem
    assert f'"encoding": "{encoding}"' in problem.remedy


def test_zeros_alone_do_not_make_utf_16(tmp_path):
    assert columns_of(tmp_path, "a.csv", "text,label\n\0ok\0,1\n") == {
        "text": ["\0ok\0"],
        "label": ["1"],
    }


def test_a_mark_that_contradicts_the_request_is_a_problem(tmp_path):
    problem = refusal_of(tmp_path, "a.csv", TABLE.encode("utf-16"), encoding="cp1252")
    assert "begins with the byte order mark of utf-16, but the request" in problem.problem


def test_parquet_has_no_encoding_to_state(tmp_path):
    assert "always UTF-8" in refusal_of(tmp_path, "a.parquet", b"PAR1", encoding="cp1252").problem
