"""The results in forms that other programs take, on standard output with nothing beside them."""

from enum import StrEnum

from bakeoff.cli.comparison_table import comparison_table
from bakeoff.cli.tables import Header
from bakeoff.client.results import Results
from bakeoff.errors import BakeoffError
from bakeoff.quoting import escaped
from bakeoff.result_files import COMPARISON, SUMMARY
from bakeoff.summary.document import Summary

# What Markdown would take for a table's line, for HTML, an entity, a link, code or emphasis.
_MARKDOWN = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>&|~#"})


class Format(StrEnum):
    """`csv` is comparison.csv as it is, `json` summary.json."""

    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


class PictureOf(StrEnum):
    """What a picture shows: the ranking, or quality against one of the others."""

    RANKING = "ranking"
    LATENCY = "latency"
    SIZE = "size"
    COST = "cost"


def formatted(found: Results, chosen: Format) -> str:
    """Raises BakeoffError if the run left no such file."""
    if chosen is Format.JSON:
        return _text(found, SUMMARY)
    if chosen is Format.CSV:
        return _text(found, COMPARISON)
    return markdown(found.summary())


def markdown(summary: Summary) -> str:
    """The verdict, and the table as a wide terminal has it."""
    verdict = [escaped_cell(sentence) for sentence in summary.verdict.sentences]
    headers, cells = comparison_table(summary)
    lines = [[escaped_cell(header.text) for header in headers]]
    lines.append([_rule(header) for header in headers])
    lines += [[escaped_cell(cell) for cell in line] for line in cells]
    table = [f"| {' | '.join(line)} |" for line in lines]
    paragraphs = [f"**{verdict[0]}**", " ".join(verdict[1:])]
    return "\n\n".join([*filter(None, paragraphs), "\n".join(table)]) + "\n"


def _rule(header: Header) -> str:
    return "---:" if header.is_number else "---"


def escaped_cell(text: str) -> str:
    """As Markdown, on one line, in which nothing has a meaning but the text itself."""
    return escaped(text).translate(_MARKDOWN)


def _text(found: Results, file: str) -> str:
    content = found.read(file)
    if content is None:
        raise BakeoffError(
            f"There is no {file} in {found.folder}: the run has not ended, or left none."
        )
    return content.decode()
