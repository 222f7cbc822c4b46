"""Cells and messages hold untrusted text, which must never control the terminal."""

import io

import pytest
from rich.console import Console

from bakeoff.cli.tables import Header, print_plain, print_table

HEADERS = [Header("model"), Header("f1", is_number=True)]
ESCAPES = "a\x1b[2Jb\x9bc\u202ed"


def printed(show, is_terminal=False):
    out = Console(file=io.StringIO(), force_terminal=is_terminal, width=60, color_system=None)
    show(out)
    return out.file.getvalue()


@pytest.mark.parametrize(
    "text", ["[red]x[/red]", "s3://b:books:x", "x" * 300, "one\ntwo", "ä ± 中"]
)
def test_a_harmless_line_is_printed_unchanged(text):
    assert printed(lambda out: print_plain(out, text)) == f"{text}\n"


def test_control_sequences_are_escaped_in_lines():
    assert printed(lambda out: print_plain(out, ESCAPES)) == "a\\x1b[2Jb\\x9bc\\u202ed\n"


@pytest.mark.parametrize("is_terminal", [True, False])
def test_control_sequences_are_escaped_in_tables(is_terminal):
    rows = [[ESCAPES, "0.5"], ["[red]:books:", "0.1"]]
    text = printed(lambda out: print_table(out, HEADERS, rows), is_terminal)
    assert "a\\x1b[2Jb\\x9bc\\u202ed" in text
    assert "[red]:books:" in text
    assert "\x1b" not in text and "\x9b" not in text


@pytest.mark.parametrize("num_rows", [0, 1, 1000])
def test_a_plain_table_has_a_line_per_row_as_wide_as_it_must_be(num_rows):
    rows = [["n" * 200, "0.5"]] * num_rows
    lines = printed(lambda out: print_table(out, HEADERS, rows)).splitlines()
    assert len(lines) == num_rows + 1
    assert lines[0].split() == ["model", "f1"]
    assert all(len(line) == 205 for line in lines[1:])
