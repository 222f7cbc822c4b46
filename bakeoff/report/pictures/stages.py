"""The race in stages: a column for each stage, and a line for each candidate until it drops out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bakeoff.report import numbers
from bakeoff.report.phrases import capitalised
from bakeoff.report.pictures.legend import Entry, legend, legend_height
from bakeoff.report.pictures.marks import Shape, mark
from bakeoff.report.pictures.svg import SMALL_SIZE, Picture, Point, group, polyline, text
from bakeoff.report.pictures.text_width import shortened_to, text_width
from bakeoff.report.race import Race, is_tied
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.staged_race import RaceStage, StagedRace

WIDE, NARROW = 860, 343
MAX_ENTRANTS = 200
"""Of a stage; the best are drawn."""

_MARGIN = 12
_TOP = 44
"""The first place of each column; the heading stands above."""
_MOST_HEIGHT, _USUAL_PITCH, _WIDEST_PITCH = 480.0, 12.0, 18.0
_FIRST_COLUMN = 40
_NAME_GAP = 12
_MAX_NAME_WIDTH = {WIDE: 300, NARROW: 100}


@dataclass(frozen=True)
class _Layout:
    width: float
    height: float
    """Of the columns."""
    places: Mapping[tuple[int, str], Point]
    """By column and candidate."""
    columns: Sequence[float]
    names: Mapping[str, str]
    """Of those in the last column, shortened."""


def stages_picture(race: Race, staged: StagedRace, width: int) -> Picture:
    """There must be at least one stage."""
    layout = _layout(race, staged, width)
    candidates = {one.candidate: one for one in race.summary.candidates}
    entries = _legend_entries(staged)
    bottom = _TOP + layout.height
    elements = [
        *_headings(staged, layout),
        *_lines(staged, layout, candidates),
        *_marks(staged, layout, candidates),
        *_names(staged, layout, candidates),
        *legend(entries, width, bottom),
    ]
    height = bottom + legend_height(entries, width)
    return Picture(width, height, description(race, staged), elements)


def description(race: Race, staged: StagedRace) -> str:
    """The picture in words."""
    names = {one.candidate: one.name for one in race.summary.candidates}
    parts = []
    for stage in staged.stages:
        entered = f"{_heading(stage)}: {len(stage.entrants)} entered"
        kept = [names.get(one.candidate, one.candidate) for one in stage.entrants if one.is_kept]
        if stage.stage == "final":
            parts.append(f"{entered}: {', '.join(kept)}")
        else:
            parts.append(f"{entered}, {len(kept)} went on")
    return f"The stages of the race, the best on top. {'. '.join(parts)}."


def _layout(race: Race, staged: StagedRace, width: int) -> _Layout:
    shown = [stage.entrants[:MAX_ENTRANTS] for stage in staged.stages]
    most = max(len(entrants) for entrants in shown)
    height = min(_MOST_HEIGHT, max(60.0, most * _USUAL_PITCH))
    by_key = {one.candidate: one for one in race.summary.candidates}
    last = [by_key[one.candidate] for one in shown[-1] if one.candidate in by_key]
    names = {
        one.candidate: shortened_to(one.name, _MAX_NAME_WIDTH[width], is_bold=is_tied(one))
        for one in last
    }
    room = max((text_width(name, is_bold=True) for name in names.values()), default=0.0)
    end = width - _MARGIN - room - _NAME_GAP
    step = (end - _FIRST_COLUMN) / max(1, len(shown) - 1)
    columns = [_FIRST_COLUMN + step * index for index in range(len(shown))]
    places = {}
    for index, entrants in enumerate(shown):
        pitch = min(_WIDEST_PITCH, height / max(1, len(entrants)))
        for place, one in enumerate(entrants):
            places[index, one.candidate] = (columns[index], _TOP + (place + 0.5) * pitch)
    return _Layout(width, height + 8, places, columns, names)


def _heading(stage: RaceStage) -> str:
    if stage.stage == "rung":
        return numbers.percent(stage.share or 0)
    return capitalised(stage.stage)


def _headings(staged: StagedRace, layout: _Layout) -> Iterator[Element]:
    for x, stage in zip(layout.columns, staged.stages, strict=True):
        yield text(x, 14, _heading(stage), anchor="middle", is_bold=True, size=SMALL_SIZE)
        entered = numbers.count(len(stage.entrants))
        yield text(x, 28, entered, anchor="middle", role="muted", size=SMALL_SIZE)


def _lines(
    staged: StagedRace, layout: _Layout, candidates: Mapping[str, CandidateSummary]
) -> Iterator[Element]:
    """Those of finalists lie above the others."""
    keys = list(dict.fromkeys(key for _, key in layout.places))
    finalists = {one.candidate for one in staged.stages[-1].entrants}
    for key in sorted(keys, key=lambda key: key in finalists):
        points = [
            layout.places[index, key]
            for index in range(len(staged.stages))
            if (index, key) in layout.places
        ]
        if len(points) > 1:
            is_last = key in finalists
            role = _role(candidates.get(key)) if is_last else "mark"
            yield polyline(points, role, 1.8 if is_last else 0.8)


def _marks(
    staged: StagedRace, layout: _Layout, candidates: Mapping[str, CandidateSummary]
) -> Iterator[Element]:
    for index, stage in enumerate(staged.stages):
        is_last = index == len(staged.stages) - 1
        for place, one in enumerate(stage.entrants[:MAX_ENTRANTS], start=1):
            centre, candidate = layout.places[index, one.candidate], candidates.get(one.candidate)
            name = candidate.name if candidate else one.candidate
            title = f"{_heading(stage)}, {place}: {name}"
            if one.score is None:
                drawn = mark("cross", centre, _radius(stage), "orange", "none", 1.8)
            else:
                role = _role(candidate) if is_last else "muted"
                shape: Shape = "square" if candidate and candidate.is_baseline else "circle"
                face = role if one.is_kept else "page"
                drawn = mark(shape, centre, _radius(stage), role, face, 1.2)
            yield group([drawn], title=title)


def _radius(stage: RaceStage) -> float:
    return 3.2 if len(stage.entrants) <= 60 else 1.8


def _role(candidate: CandidateSummary | None) -> str:
    return "blue" if candidate is not None and is_tied(candidate) else "muted"


def _names(
    staged: StagedRace, layout: _Layout, candidates: Mapping[str, CandidateSummary]
) -> Iterator[Element]:
    """Beside the last column, where there is room for them."""
    last = len(staged.stages) - 1
    ends = [(key, layout.places[last, key]) for index, key in layout.places if index == last]
    below = float("-inf")
    for key, (x, y) in ends:
        if key in layout.names and y - below >= SMALL_SIZE:
            is_bold = key in candidates and is_tied(candidates[key])
            yield text(x + _NAME_GAP, y + 4, layout.names[key], is_bold=is_bold, halo="page")
            below = y


def _legend_entries(staged: StagedRace) -> list[Entry]:
    entrants = [one for stage in staged.stages for one in stage.entrants]
    entries = [Entry("circle", "muted", "muted", "goes on")]
    if any(not one.is_kept and one.score is not None for one in entrants):
        entries.append(Entry("circle", "muted", "page", "drops out"))
    if any(one.score is None for one in entrants):
        entries.append(Entry("cross", "orange", "none", "failed"))
    entries.append(Entry("circle", "blue", "blue", "the best, or tied with it"))
    return entries
