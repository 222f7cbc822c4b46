"""Untrusted text in Markdown: it shows as it is, and does nothing."""

import re
from collections.abc import Sequence

from bakeoff.quoting import printable

MAX_CHARACTERS = 200
# A backslash takes the meaning from any of them; some renderers make links of the last three.
_SIGNS = re.compile(r"[\\`*_{}\[\]()<>#+|!~&$^]|@|:(?=//)|(?<=www)\.", re.IGNORECASE)


def plain(text: str) -> str:
    """The text on one line, without invisible characters, shortened, and without a meaning in
    Markdown or HTML. It must not begin a line."""
    return _SIGNS.sub(lambda found: f"\\{found[0]}", printable(text, MAX_CHARACTERS))


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table; the cells are Markdown already."""
    lines = [headers, ["---"] * len(headers), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def code(text: str, language: str = "") -> list[str]:
    """The lines of a block of code, which must hold no untrusted text."""
    return [f"```{language}", *text.strip("\n").split("\n"), "```"]
