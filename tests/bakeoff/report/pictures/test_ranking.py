import math
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from bakeoff.report import picture
from bakeoff.report.pictures.ranking import NARROW, WIDE, ranking
from bakeoff.report.pictures.text_width import text_width
from bakeoff.report.race import Race
from bakeoff.summary.document import Summary
from tests.support import summary_samples as samples
from tests.support.crowded_race import crowded_race

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    elements = ElementTree.fromstring(svg).iter()
    return [element.text or "" for element in elements if element.tag in (f"{SVG}text", "text")]


def with_candidate(summary: Summary, position: int, **changes: object) -> Summary:
    candidates = list(summary.candidates)
    candidates[position] = candidates[position].model_copy(update=changes)
    return summary.model_copy(update={"candidates": candidates})


def with_quality(summary: Summary, position: int, **changes: object) -> Summary:
    metrics = dict(summary.candidates[position].metrics)
    main = summary.conditions.main_metric or ""
    metrics[main] = metrics[main].model_copy(update=changes)
    return with_candidate(summary, position, metrics=metrics)


def test_the_readmes_picture_is_a_file_of_its_own_that_names_what_it_shows():
    root = ElementTree.fromstring(picture(samples.binary()))
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img" and "0.803" in root.attrib["aria-label"]
    assert root.findtext(f"{SVG}title") == "Ranking of rt-polarity"
    written = texts(picture(samples.binary()))
    assert "rt-polarity" in written
    assert "all-MiniLM-L6-v2 (full)" in written and "0.790 to 0.816" in written


def test_all_colours_are_roles():
    svg = picture(samples.binary())
    body = svg.split("</style>")[1]
    used = {
        value
        for element in ElementTree.fromstring(svg).iter()
        for name, value in element.attrib.items()
        if name in ("fill", "stroke")
    }
    assert used and all(value == "none" or value.startswith("var(--") for value in used)
    assert "#" not in body


def test_without_a_result_there_is_no_picture_to_draw():
    with pytest.raises(ValueError, match="No candidate has a result"):
        picture(samples.all_failed())


def test_names_in_any_script_are_written_as_they_are():
    svg = picture(with_candidate(samples.binary(), 3, name="模型-العربية-🤖"))
    assert "模型-العربية-🤖" in texts(svg)


def test_a_name_of_several_lines_is_written_on_one():
    assert "a b c" in texts(picture(with_candidate(samples.binary(), 3, name="a\nb\tc")))


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", ["binary", "multiclass", "regression", "single", "crowd"])
def test_all_texts_of_the_ranking_lie_within_the_picture(name, width):
    summary = crowded_race(50) if name == "crowd" else getattr(samples, name)()
    root = ElementTree.fromstring(ranking(Race.of(summary), width).inline())
    assert root.attrib["width"] == str(width)
    for text in root.iter("text"):
        assert 8 <= float(text.attrib["y"]) <= float(root.attrib["height"])
        left, right = horizontal_span(text)
        assert left >= 0 and right <= width
    assert "1" in [one.text for one in root.iter("text")]


def horizontal_span(text: ElementTree.Element) -> tuple[float, float]:
    is_bold = text.get("font-weight") == "bold"
    width = text_width(text.text or "", float(text.attrib["font-size"]), is_bold=is_bold)
    before = {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
    left = float(text.attrib["x"]) - before
    return left, left + width


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_texts_of_a_row_do_not_touch(width):
    root = ElementTree.fromstring(ranking(Race.of(crowded_race(50)), width).inline())
    rows = [group for group in root.iter("g") if group.find("title") is not None]
    assert len(rows) == 50
    for row in rows:
        spans = sorted(horizontal_span(text) for text in row.iter("text"))
        for (_, right), (left, _) in pairwise(spans):
            assert right + 4 <= left


def test_a_name_that_is_shortened_stands_in_full_in_the_tooltip_of_its_row():
    root = ElementTree.fromstring(ranking(Race.of(crowded_race(7)), NARROW).inline())
    titles = [title.text or "" for title in root.iter("title")]
    assert any("finetuned-sst2-final-checkpoint" in title for title in titles)


def test_seeds_and_intervals_that_are_missing_leave_the_mean():
    summary = with_quality(samples.binary(), 0, by_seed={1: None, 2: None}, interval=None)
    svg = ranking(Race.of(summary), WIDE).inline()
    assert "0.803" in texts(svg) and "nan" not in svg


@pytest.mark.parametrize("number", [1, 5])
def test_a_value_that_is_no_number_is_a_dash_without_a_mark(number):
    summary = samples.binary()
    summary = summary.model_copy(update={"candidates": summary.candidates[:number]})
    broken = with_quality(summary, 0, mean=math.nan, by_seed={1: math.nan}, interval=None)
    svg = ranking(Race.of(broken), WIDE).inline()
    assert "–" in texts(svg)
    assert "nan" not in svg.lower()


def test_what_lies_beyond_the_axis_has_its_triangle_alone_in_the_legend():
    # Those that differ from the best are far worse than it.
    written = texts(picture(samples.binary()))

    assert "beyond the axis" in written
    assert "differs from the best" not in written
