"""From a figure to SVG that can stand in a page, or alone.

matplotlib's SVG is made for files: it has a prolog, rules of style for everything around it, ids
that clash with those of another picture, and colours of one scheme. Here its elements are written
again, with presentation attributes alone (a strict Content-Security-Policy forbids styles of
elements), ids only where something refers to them, and colours as CSS variables.
"""

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import matplotlib
from markupsafe import Markup, escape
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from bakeoff.report.palette import DARK, LIGHT, as_variable

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_DROPPED = {f"{_SVG}metadata", f"{_SVG}style", f"{_SVG}title"}
# The page's fonts; matplotlib's own is wider, so that what it lays out fits.
_NOT_WRITTEN = {"font-family", "type", "id", "style"}
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)|^#(.+)$")
_NO_ROTATION = re.compile(r"^rotate\(-?0 ")

_RC: dict[str, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "text.usetex": False,
    "font.family": ["DejaVu Sans"],
    "font.size": 11,
    "path.simplify": False,
    "axes.unicode_minus": True,
    "lines.solid_capstyle": "round",
}
FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', "
    "'Liberation Sans', Arial, sans-serif"
)


@dataclass(frozen=True)
class Picture:
    """`titles` are shown where one points at the artist with that gid."""

    name: str
    """Unique in the page: letters, digits, hyphens."""
    figure: Figure
    description: str
    """What the picture tells, for who does not see it."""
    titles: Mapping[str, str] = field(default_factory=dict)

    def inline(self) -> Markup:
        """For a page that defines the roles' variables."""
        return self._written("", "")

    def standalone(self) -> str:
        """A file of its own, on a ground of its own."""
        width, height = size_of(self.figure)
        ground = f'<rect width="{width:g}" height="{height:g}" rx="8" fill="var(--page)"/>'
        style = (
            f"<style>:root{{{_variables(LIGHT)}}}@media (prefers-color-scheme:dark)"
            f"{{:root{{{_variables(DARK)}}}}}text{{font-family:{FONTS}}}</style>"
        )
        return self._written(' xmlns="http://www.w3.org/2000/svg"', style + ground)

    def _written(self, attributes: str, before: str) -> Markup:
        width, height = size_of(self.figure)
        label = escape(self.description)
        return Markup(  # noqa: S704 - the parts are escaped, or our own
            f'<svg{attributes} class="picture" role="img" aria-label="{label}" '
            f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}">'
            f"{before}{''.join(self._elements())}</svg>"
        )

    def _elements(self) -> Iterator[str]:
        # What matplotlib has just written, not what a stranger sent.
        root = ElementTree.fromstring(_drawn(self.figure, self.name))  # noqa: S314
        writer = _Writer(self.name, self.titles, _referred(root))
        for child in root:
            yield from writer.written(child)


def figure(width: float, height: float) -> Figure:
    """An empty figure, in CSS pixels: one to a unit of the SVG."""
    return Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="none")


def size_of(figure: Figure) -> tuple[float, float]:
    """Width and height in CSS pixels."""
    width, height = figure.get_size_inches() * 72
    return round(float(width), 2), round(float(height), 2)


@contextmanager
def drawing() -> Iterator[None]:
    """matplotlib's settings while a figure is built and drawn, whatever they are outside."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        # Of scripts that its font lacks; it is the browser that draws the text.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_RC)  # type: ignore[arg-type] # its keys are literals
        yield


def _drawn(figure: Figure, salt: str) -> str:
    buffer = io.StringIO()
    with drawing(), matplotlib.rc_context({"svg.hashsalt": salt}):
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None})
    return buffer.getvalue()


def _referred(root: ElementTree.Element) -> set[str]:
    values = (value for element in root.iter() for value in _attributes(element).values())
    found = (_REFERENCE.search(value) for value in values)
    return {match[1] or match[2] for match in found if match}


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    """Those of the element and of its style."""
    attributes = {name.removeprefix(_XLINK): value for name, value in element.attrib.items()}
    for declaration in attributes.pop("style", "").split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            attributes[name.strip()] = value.strip()
    return attributes


@dataclass(frozen=True)
class _Writer:
    prefix: str
    titles: Mapping[str, str]
    referred: set[str]

    def written(self, element: ElementTree.Element) -> Iterator[str]:
        """The element, or what is in it where it says nothing itself."""
        if element.tag in _DROPPED:
            return
        tag = element.tag.removeprefix(_SVG)
        attributes = self._kept(element)
        title = self.titles.get(element.get("id", ""))
        inner = "".join(part for child in element for part in self.written(child))
        if title is not None:
            inner = f"<title>{escape(title)}</title>{inner}"
        inner = f"{escape(element.text.strip()) if element.text else ''}{inner}"
        if tag in ("g", "defs") and not inner:
            return
        if tag == "g" and not attributes and title is None:
            yield inner
            return
        told = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        yield f"<{tag}{told}>{inner}</{tag}>" if inner else f"<{tag}{told}/>"

    def _kept(self, element: ElementTree.Element) -> dict[str, str]:
        kept = {}
        for name, value in _attributes(element).items():
            if name == "transform" and _NO_ROTATION.match(value):
                continue
            if name not in _NOT_WRITTEN:
                kept[name] = self._value(name, value)
        own_id = element.get("id")
        if own_id in self.referred:
            kept["id"] = f"{self.prefix}-{own_id}"
        return kept

    def _value(self, name: str, value: str) -> str:
        if name in ("fill", "stroke"):
            return as_variable(value)
        if name == "href":
            return f"#{self.prefix}-{value.removeprefix('#')}"
        if name == "clip-path":
            return value.replace("url(#", f"url(#{self.prefix}-")
        return _LONG_NUMBER.sub(_rounded, " ".join(value.split()))


def _rounded(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _variables(colours: Mapping[str, str]) -> str:
    return ";".join(f"--{role}:{colour}" for role, colour in colours.items())
