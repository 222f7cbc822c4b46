"""What all pictures have in common: calm axes, text where it is put, one shape for a candidate."""

from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FixedFormatter, FixedLocator

from bakeoff.report.numbers import Format
from bakeoff.report.palette import LIGHT
from bakeoff.report.pictures.axis_range import linear_labels, linear_places, log_places
from bakeoff.report.pictures.svg import size_of
from bakeoff.report.race import is_tied, is_untested
from bakeoff.summary.document import CandidateSummary

TEXT_SIZE = 11.0
TICK_SIZE = 10.0

Align = Literal["left", "center", "right"]


def axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes in CSS pixels from the upper left corner, without a frame."""
    total_width, total_height = size_of(figure)
    bottom = total_height - top - height
    place = (
        left / total_width,
        bottom / total_height,
        width / total_width,
        height / total_height,
    )
    made = figure.add_axes(place)
    made.set_facecolor("none")
    for side in ("top", "right", "left"):
        made.spines[side].set_visible(False)
    made.spines["bottom"].set_color(LIGHT["rule"])
    made.tick_params(length=0, labelsize=TICK_SIZE, labelcolor=LIGHT["muted"], which="both", pad=4)
    made.set_axisbelow(True)
    return made


def write(
    figure: Figure,
    left: float,
    baseline: float,
    text: str,
    *,
    align: Align = "left",
    role: str = "ink",
    size: float = TEXT_SIZE,
    is_bold: bool = False,
) -> None:
    """Text on one line, at CSS pixels from the upper left corner."""
    width, height = size_of(figure)
    figure.text(
        left / width,
        1 - baseline / height,
        text,
        ha=align,
        va="baseline",
        color=LIGHT[role],
        fontsize=size,
        fontweight="bold" if is_bold else "normal",
    )


def text_width(text: str, size: float = TEXT_SIZE, *, is_bold: bool = False) -> float:
    """How wide it is in DejaVu Sans, in CSS pixels; most other fonts are narrower."""
    font = FontProperties(size=size, weight="bold" if is_bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def linear_ticks(
    axes: Axes,
    which: Literal["x", "y"],
    most: int,
    form: Format | None = None,
    *,
    whole_numbers: bool = False,
) -> None:
    """At most that many round numbers, each with a line of the grid."""
    places = linear_places(*_bounds(axes, which), most, whole_numbers=whole_numbers)
    labels = [form(place) for place in places] if form else linear_labels(places)
    _set_ticks(axes, which, places, labels)


def log_ticks(axes: Axes, which: Literal["x", "y"], most: int, form: Format) -> None:
    """The same on a logarithmic axis, in that form."""
    places = log_places(*_bounds(axes, which), most)
    _set_ticks(axes, which, places, [form(place) for place in places])


def draw_mark(
    plot: Axes, x: float, y: float, candidate: CandidateSummary, *, gid: str = "", marker: str = ""
) -> None:
    """A circle, of baselines a square; filled where it cannot be told from the best."""
    colour = LIGHT[role_of(candidate)]
    plot.plot(
        [x],
        [y],
        gid=gid,
        marker=marker or ("s" if candidate.is_baseline else "o"),
        markersize=7.5 if candidate.is_baseline else 8.5,
        markerfacecolor=colour if is_tied(candidate) else LIGHT["page"],
        markeredgecolor=colour,
        markeredgewidth=1.8,
        linestyle="none",
        clip_on=False,
        zorder=3,
    )


def role_of(candidate: CandidateSummary) -> str:
    """The role of its colour."""
    if is_tied(candidate):
        return "blue"
    return "mark" if is_untested(candidate) else "muted"


def _bounds(axes: Axes, which: Literal["x", "y"]) -> tuple[float, float]:
    low, high = sorted(axes.get_xlim() if which == "x" else axes.get_ylim())
    return low, high


def _set_ticks(
    axes: Axes, which: Literal["x", "y"], places: list[float], labels: list[str]
) -> None:
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(FixedLocator(places))
    axis.set_major_formatter(FixedFormatter(labels))
    axis.set_minor_locator(FixedLocator([]))
    axis.grid(True, color=LIGHT["rule"], linewidth=0.8)
