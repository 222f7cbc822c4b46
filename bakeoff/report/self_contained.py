"""Renders a template as a page in one file, which needs no network and loads nothing else."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bakeoff.report import numbers
from bakeoff.report.palette import DARK, LIGHT, heat_scale
from bakeoff.report.phrases import capitalised
from bakeoff.report.pictures.svg import FONTS
from bakeoff.wording import counted, listed

_TEMPLATES = Path(__file__).parent / "templates"


def page(template: str, **context: object) -> str:
    """The page with our style and our script. What the templates are given is escaped."""
    environment = _environment()
    style = _ours(environment.get_template("style.css.j2").render(_style()))
    script = _ours((_TEMPLATES / "sort.js").read_text(encoding="utf-8"))
    return environment.get_template(template).render(
        style=style, script=script, policy=_policy(style, script), **context
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = numbers.percent
    environment.filters["capitalised"] = capitalised
    environment.filters["counted"] = counted
    environment.filters["listed"] = listed
    return environment


def _style() -> dict[str, Any]:
    return {
        "fonts": _ours(FONTS),
        "schemes": {
            name: {
                "colours": colours,
                "heat": {"b": heat_scale(colours, "blue"), "o": heat_scale(colours, "orange")},
            }
            for name, colours in (("light", LIGHT), ("dark", DARK))
        },
    }


def _ours(text: str) -> Markup:
    """Marks text that holds nothing from outside as safe."""
    return Markup(text)  # noqa: S704 - see above


def _policy(style: str, script: str) -> str:
    """The Content-Security-Policy that allows this style, this script and nothing else."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
