"""SVG elements, and a picture for a page or for a file of its own.

Elements have presentation attributes only, because the page's Content-Security-Policy forbids
inline styles. Colours are CSS variables named by role (bakeoff/report/palette.py), so that one
picture serves light and dark mode. ElementTree escapes every text and attribute.

All lengths are CSS pixels, measured from the upper left corner.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from bakeoff.report.palette import DARK, LIGHT, Colours

# text_width.py measures DejaVu Sans, the widest of these, so text in any of them fits.
FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', "
    "'Liberation Sans', Arial, sans-serif"
)
TEXT_SIZE = 11.0
SMALL_SIZE = 10.0

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Picture:
    """Elements on a canvas, with a description for readers who do not see them."""

    width: float
    height: float
    description: str
    elements: Sequence[Element]

    def inline(self) -> Markup:
        """For a page that defines the colours of all roles as CSS variables."""
        svg = self._svg()
        svg.extend(self.elements)
        return _written(svg)

    def standalone(self, title: str) -> str:
        """The text of an SVG file, with its own background and the colours of both modes."""
        svg = self._svg()
        svg.set("xmlns", "http://www.w3.org/2000/svg")
        SubElement(svg, "title").text = title
        SubElement(svg, "style").text = (
            f":root{{{_variables(LIGHT)}}}@media (prefers-color-scheme:dark)"
            f"{{:root{{{_variables(DARK)}}}}}text{{font-family:{FONTS}}}"
        )
        svg.append(rectangle(0, 0, self.width, self.height, "page", radius=8))
        svg.extend(self.elements)
        return _written(svg)

    def _svg(self) -> Element:
        return _element(
            "svg",
            {
                "class": "picture",
                "role": "img",
                "aria-label": self.description,
                "viewBox": f"0 0 {_number(self.width)} {_number(self.height)}",
                "width": self.width,
                "height": self.height,
            },
        )


def text(
    x: float,
    baseline: float,
    content: str,
    *,
    anchor: Anchor = "start",
    role: str = "ink",
    size: float = TEXT_SIZE,
    is_bold: bool = False,
    halo: str = "",
) -> Element:
    """One line of text; a halo in the colour of its background hides the lines that it crosses."""
    attributes: dict[str, float | str] = {"x": x, "y": baseline, "font-size": size}
    attributes["fill"] = _colour(role)
    if anchor != "start":
        attributes["text-anchor"] = anchor
    if is_bold:
        attributes["font-weight"] = "bold"
    if halo:
        attributes |= {**_stroke(halo, 3), "paint-order": "stroke", "stroke-linejoin": "round"}
    element = _element("text", attributes)
    element.text = content
    return element


def line(
    start: Point, end: Point, role: str, width: float = 1.0, *, dashes: Sequence[float] = ()
) -> Element:
    ends = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    return _element("line", {**ends, **_stroke(role, width, dashes)})


def polyline(
    points: Sequence[Point], role: str, width: float, *, dashes: Sequence[float] = ()
) -> Element:
    drawn = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    stroke = _stroke(role, width, dashes)
    return _element("polyline", {"points": drawn, "fill": "none", **stroke})


def polygon(points: Sequence[Point], edge: str, face: str, edge_width: float) -> Element:
    drawn = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    stroke = _stroke(edge, edge_width)
    return _element("polygon", {"points": drawn, "fill": _colour(face), **stroke})


def circle(centre: Point, radius: float, edge: str, face: str, edge_width: float) -> Element:
    place = {"cx": centre[0], "cy": centre[1], "r": radius}
    return _element("circle", {**place, "fill": _colour(face), **_stroke(edge, edge_width)})


def rectangle(
    left: float, top: float, width: float, height: float, role: str, *, radius: float = 0
) -> Element:
    place = {"x": left, "y": top, "width": width, "height": height}
    return _element("rect", {**place, "rx": radius, "fill": _colour(role)})


def group(elements: Iterable[Element], *, title: str = "", clip: str = "") -> Element:
    """Elements with a tooltip, or clipped to the area that `clip_area` defines as `clip`."""
    made = _element("g", {"clip-path": f"url(#{clip})"} if clip else {})
    if title:
        SubElement(made, "title").text = title
    made.extend(elements)
    return made


def clip_area(name: str, left: float, top: float, width: float, height: float) -> Element:
    """Define an area to clip to. `name` is unique in the page: letters, digits, hyphens."""
    area = _element("clipPath", {"id": name})
    place = {"x": left, "y": top, "width": width, "height": height}
    area.append(_element("rect", place))
    return area


def _element(tag: str, attributes: Mapping[str, float | str]) -> Element:
    return Element(
        tag,
        {
            name: value if isinstance(value, str) else _number(value)
            for name, value in attributes.items()
        },
    )


def _stroke(role: str, width: float, dashes: Sequence[float] = ()) -> dict[str, float | str]:
    stroke: dict[str, float | str] = {"stroke": _colour(role), "stroke-width": width}
    if dashes:
        stroke["stroke-dasharray"] = " ".join(_number(length) for length in dashes)
    return stroke


def _colour(role: str) -> str:
    return "none" if role == "none" else f"var(--{role})"


def _number(value: float) -> str:
    """At most two decimals, and never -0."""
    return f"{round(float(value), 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _variables(colours: Colours) -> str:
    return ";".join(f"--{role}:{colour}" for role, colour in colours.items())


def _written(svg: Element) -> Markup:
    return Markup(tostring(svg, encoding="unicode"))  # noqa: S704 - ElementTree has escaped it
