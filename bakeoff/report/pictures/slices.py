"""A grouping's slices: the score of the candidate that ranks first, and those of the others."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bakeoff.metrics import higher_is_better, spoken_name, value_range
from bakeoff.report import numbers
from bakeoff.report.pictures.axis import horizontal_axis
from bakeoff.report.pictures.axis_range import Bounds, far_off_left_out
from bakeoff.report.pictures.marks import mark
from bakeoff.report.pictures.scale import Scale
from bakeoff.report.pictures.svg import SMALL_SIZE, Picture, group, line, text
from bakeoff.report.pictures.text_width import shortened_to, text_width
from bakeoff.report.pictures.ticks import linear_ticks, that_fit
from bakeoff.report.race import Race
from bakeoff.summary.slice_names import grouping_name, slice_name
from bakeoff.summary.slices import Grouping, Slice, SliceScore

WIDTH = 343
MAX_OTHERS = 12
"""So many candidates after the first are drawn; those that are better on a slice always are."""

_MARGIN, _GAP, _TOP, _ROW, _AXIS = 8, 10, 8, 22, 34
_MAX_NAME = 118
_BASELINE = 4


@dataclass(frozen=True)
class _Layout:
    """In CSS pixels."""

    name_width: float
    scale: Scale
    bottom: float


def slices_picture(race: Race, grouping: Grouping) -> Picture:
    """A row for each slice."""
    layout = _layout(grouping)
    elements = [
        *_axis(grouping, layout),
        *(
            group(_row(part, layout, _TOP + (place + 0.5) * _ROW), title=_described(race, part))
            for place, part in enumerate(grouping.slices)
        ),
    ]
    return Picture(WIDTH, layout.bottom + _AXIS, description(race, grouping), elements)


def description(race: Race, grouping: Grouping) -> str:
    """The picture in words."""
    rows = ". ".join(_described(race, part) for part in grouping.slices)
    metric = spoken_name(grouping.metric)
    return f"Slices by {grouping_name(grouping)}, {metric} of the candidate ranked first. {rows}."


def _described(race: Race, part: Slice) -> str:
    first = part.scores[0]
    words = f"{slice_name(part)}, {numbers.count(part.rows)} rows: "
    words += numbers.shown(first.score, numbers.metric)
    if first.interval is not None:
        words += f" ({numbers.interval(first.interval)})"
    names = {one.candidate: one.name for one in race.summary.candidates}
    better = [each for each in part.scores if each.beats_best]
    listed = ", ".join(
        f"{names.get(each.candidate, each.candidate)} {numbers.shown(each.score, numbers.metric)}"
        for each in better
    )
    return f"{words}; significantly better: {listed}" if better else words


def _layout(grouping: Grouping) -> _Layout:
    names = [shortened_to(slice_name(part), _MAX_NAME) for part in grouping.slices]
    counts = [numbers.count(part.rows) for part in grouping.slices]
    name_width = max(map(text_width, names))
    count_width = max(text_width(each, SMALL_SIZE) for each in ("rows", *counts))
    left = _MARGIN + name_width + _GAP
    right = WIDTH - _MARGIN - count_width - _GAP
    scale = Scale(_bounds(grouping), left, right)
    return _Layout(name_width, scale, _TOP + len(grouping.slices) * _ROW)


def _bounds(grouping: Grouping) -> Bounds:
    """The axis shows the first with its intervals, and the others if they are not far off."""
    spans: dict[str, list[float]] = {}
    for part in grouping.slices:
        for each in _drawn(part):
            ends = [each.score]
            if each is part.scores[0] and each.interval is not None:
                ends += [each.interval.low, each.interval.high]
            known = [end for end in ends if end is not None and math.isfinite(end)]
            spans.setdefault(each.candidate, []).extend(known)
    found = [(min(ends), max(ends)) for ends in spans.values() if ends]
    return far_off_left_out(found or [(0.0, 1.0)], value_range(grouping.metric))


def _drawn(part: Slice) -> list[SliceScore]:
    return [each for rank, each in enumerate(part.scores) if rank <= MAX_OTHERS or each.beats_best]


def _axis(grouping: Grouping, layout: _Layout) -> Iterator[Element]:
    scale = layout.scale
    ticks = that_fit(scale, 4, lambda most: linear_ticks(scale, most))
    yield from horizontal_axis(scale, ticks, _TOP, layout.bottom)
    metric = spoken_name(grouping.metric)
    label = f"{metric}, better →" if higher_is_better(grouping.metric) else f"← better, {metric}"
    yield text(scale.end, layout.bottom + 28, label, anchor="end", role="muted", size=SMALL_SIZE)
    yield text(
        WIDTH - _MARGIN, layout.bottom + 28, "rows", anchor="end", role="muted", size=SMALL_SIZE
    )


def _row(part: Slice, layout: _Layout, y: float) -> Iterator[Element]:
    is_tested = part.untested is None
    name = shortened_to(slice_name(part), _MAX_NAME)
    baseline = y + _BASELINE
    yield text(_MARGIN, baseline, name, role="ink" if is_tested else "muted")
    rows = numbers.count(part.rows)
    yield text(WIDTH - _MARGIN, baseline, rows, anchor="end", role="muted", size=SMALL_SIZE)
    yield from _marks(_drawn(part), layout.scale, y)


def _marks(scores: Sequence[SliceScore], scale: Scale, y: float) -> Iterator[Element]:
    """The others are ticks below the interval of the first; those that beat it lie on top."""
    first, *others = scores
    for each in others:
        if each.score is not None and scale.holds(each.score):
            yield mark("tick", (scale.place(each.score), y), 5, "mark", "mark", 1.2)
    if first.score is None or not math.isfinite(first.score):
        return
    if first.interval is not None:
        ends = (scale.clamped(first.interval.low), scale.clamped(first.interval.high))
        yield line((scale.place(ends[0]), y), (scale.place(ends[1]), y), "blue", 2)
    yield mark("circle", (scale.place(first.score), y), 4, "blue", "blue", 1)
    for each in others:
        if each.beats_best and each.score is not None:
            yield mark(
                "square", (scale.place(scale.clamped(each.score)), y), 4.5, "orange", "orange", 1
            )
