"""The mark of a candidate, the same in every picture."""

from typing import Literal
from xml.etree.ElementTree import Element

from bakeoff.report.pictures.svg import Point, circle, group, line, polygon
from bakeoff.report.race import is_tied, is_untested
from bakeoff.summary.candidate import CandidateSummary

Shape = Literal["circle", "square", "tick", "left", "right", "up", "down", "cross"]

_CORNERS = {
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "left": ((-1, 0), (1, -1), (1, 1)),
    "right": ((1, 0), (-1, -1), (-1, 1)),
    "up": ((0, -1), (1, 1), (-1, 1)),
    "down": ((0, 1), (-1, -1), (1, -1)),
}


def candidate_mark(
    centre: Point, candidate: CandidateSummary, *, shape: Shape | None = None
) -> Element:
    """A circle, or a square for a baseline; filled if it is tied with the best."""
    role, face = colours_of(candidate)
    return mark(shape or shape_of(candidate), centre, 4.25, role, face, 1.8)


def mark(
    shape: Shape, centre: Point, radius: float, edge: str, face: str, edge_width: float
) -> Element:
    """A shape that reaches `radius` CSS pixels from its centre, in the colours of two roles."""
    x, y = centre
    if shape == "circle":
        return circle(centre, radius, edge, face, edge_width)
    if shape == "tick":
        return line((x, y - radius), (x, y + radius), edge, edge_width)
    if shape == "cross":
        ends = (((-1, -1), (1, 1)), ((-1, 1), (1, -1)))
        return group(
            line(
                (x + radius * begin[0], y + radius * begin[1]),
                (x + radius * end[0], y + radius * end[1]),
                edge,
                edge_width,
            )
            for begin, end in ends
        )
    reach = 0.88 * radius
    corners = [(x + reach * across, y + reach * down) for across, down in _CORNERS[shape]]
    return polygon(corners, edge, face, edge_width)


def shape_of(candidate: CandidateSummary) -> Shape:
    return "square" if candidate.is_baseline else "circle"


def colours_of(candidate: CandidateSummary) -> tuple[str, str]:
    """The roles of the edge and of the face."""
    role = role_of(candidate)
    return role, role if is_tied(candidate) else "page"


def role_of(candidate: CandidateSummary) -> str:
    """The role of the candidate's colour."""
    if is_tied(candidate):
        return "blue"
    return "mark" if is_untested(candidate) else "muted"
