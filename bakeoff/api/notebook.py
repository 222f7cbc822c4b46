"""How the objects show themselves in a notebook: HTML in the notebook's own colours."""

import base64
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bakeoff.report import picture
from bakeoff.report.race import Race
from bakeoff.report.safe_text import cleaned
from bakeoff.report.sections.ranking import ranking_table
from bakeoff.report.tables import Cell, Column, Table
from bakeoff.summary.document import Summary

Row = Sequence[str]

_TEMPLATES = Path(__file__).parent / "templates"


def comparison_html(summary: Summary) -> str:
    """Verdict, picture and table of the ranking; everything from outside is escaped."""
    race = Race.of(Summary.model_validate(cleaned(summary.model_dump())))
    return _rendered(
        sentences=race.summary.verdict.sentences,
        picture=_image(picture(summary)) if race.ranked else "",
        tables=[ranking_table(race)],
    )


def table_html(sentences: Sequence[str], headers: Sequence[str], rows: Sequence[Row]) -> str:
    """Sentences and a plain table below them."""
    columns = [Column(header, is_number=False) for header in headers]
    table = Table("", columns, [[Cell(text) for text in row] for row in rows])
    return _rendered(list(sentences), "", [table])


def _rendered(sentences: list[str], picture: str, tables: list[Table]) -> str:
    template = _environment().get_template("notebook.html.j2")
    return template.render(sentences=sentences, picture=picture, tables=tables)


def _image(svg: str) -> str:
    """As the address of an image: its styles stay its own, and scripts would not run."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
