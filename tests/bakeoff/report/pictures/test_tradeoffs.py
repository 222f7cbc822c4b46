from xml.etree import ElementTree

import pytest

from bakeoff.cli.formats import PictureOf
from bakeoff.report import PICTURES, picture
from bakeoff.report.pictures import tradeoffs
from bakeoff.report.pictures.free_places import Box, covered
from bakeoff.report.pictures.svg import SMALL_SIZE
from bakeoff.report.pictures.text_width import text_width
from bakeoff.report.race import Race
from bakeoff.report.tradeoff import PRICES, Tradeoff
from bakeoff.summary.document import Summary
from bakeoff.summary.metric_summary import MetricSummary
from tests.support import summary_samples as samples
from tests.support.crowded_race import crowded_race
from tests.support.picture_labels import assert_labels_have_room

BY_KEY = {price.key: price for price in PRICES}


def drawn(summary: Summary, key: str) -> ElementTree.Element:
    race = Race.of(summary)
    tradeoff = Tradeoff.of(race, BY_KEY[key])
    return ElementTree.fromstring(tradeoffs.tradeoff_picture(race, tradeoff).inline())


def boxes_of_names(svg: ElementTree.Element, names: set[str]) -> list[Box]:
    found = []
    for one in svg.iter("text"):
        if one.text in names:
            left, baseline = float(one.attrib["x"]), float(one.attrib["y"])
            width = text_width(one.text, SMALL_SIZE, is_bold="font-weight" in one.attrib)
            left -= width if one.attrib.get("text-anchor") == "end" else 0
            found.append((left, baseline - 8, left + width, baseline + 2))
    return found


def of_methods(number: int) -> Summary:
    """A race of so many candidates that share their model and, in threes, their latency."""
    methods = ("full", "lora", "frozen", "zeroshot", "static")
    return renamed(
        crowded_race(number),
        [f"all-minilm-l{place // 5}-v2 ({methods[place % 5]})" for place in range(number)],
    )


def renamed(summary: Summary, names: list[str]) -> Summary:
    candidates = [
        one.model_copy(
            update={
                "name": name,
                "ownership": one.ownership.model_copy(
                    update={"latency_p50_seconds": 0.015 + 0.0002 * (place % 3)}
                ),
            }
        )
        for place, (one, name) in enumerate(zip(summary.candidates, names, strict=True))
    ]
    return summary.model_copy(update={"candidates": candidates})


@pytest.mark.parametrize("number", [2, 10, 14])
def test_the_picture_for_a_file_names_each_candidate_and_no_name_covers_another(number):
    summary = of_methods(number)
    svg = ElementTree.fromstring(
        picture(summary, "latency").replace(' xmlns="http://www.w3.org/2000/svg"', "")
    )

    names = {one.name for one in summary.candidates}
    boxes = boxes_of_names(svg, names)
    assert len(boxes) == number
    assert not any(covered(one, boxes[:i]) for i, one in enumerate(boxes))
    width, height = (float(svg.attrib[side]) for side in ("width", "height"))
    assert all(one[0] >= 0 and one[2] <= width and one[3] <= height for one in boxes)


@pytest.mark.parametrize("of", [each for each in PICTURES if each != "ranking"])
def test_there_is_a_picture_for_a_file_of_each_price(of):
    written = picture(samples.binary(), of)
    assert "Pareto front" in written and "baseline/majority" not in written
    assert "prefers-color-scheme:dark" in written


def test_a_picture_of_what_nothing_is_known_of_is_refused():
    with pytest.raises(ValueError, match="cost per million predictions, so there is nothing"):
        picture(samples.regression(), "cost")
    with pytest.raises(ValueError, match="only of ranking, latency, size and cost"):
        picture(samples.binary(), "colour")
    with pytest.raises(ValueError, match="nothing to draw"):
        picture(samples.all_failed(), "size")


def test_the_command_line_offers_every_picture():
    assert tuple(PictureOf) == PICTURES


def texts(svg: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in svg.iter("text")]


def with_fourth_owning(summary: Summary, **owned: float | None) -> Summary:
    *better, fourth, majority = summary.candidates
    ownership = fourth.ownership.model_copy(update=owned)
    changed = fourth.model_copy(update={"ownership": ownership})
    return summary.model_copy(update={"candidates": [*better, changed, majority]})


def test_a_model_without_size_makes_the_axis_linear():
    svg = drawn(with_fourth_owning(samples.binary(), model_bytes=0), "size")
    assert {"0\u00a0B", "20\u00a0MB", "40\u00a0MB"} <= set(texts(svg))


@pytest.mark.parametrize("latency", [None, float("nan"), float("inf")])
def test_a_candidate_without_a_finite_price_is_not_drawn(latency):
    summary = with_fourth_owning(samples.binary(), latency_p50_seconds=latency)
    assert "4" not in texts(drawn(summary, "latency"))
    assert {"1", "3"} <= set(texts(drawn(summary, "latency")))


@pytest.mark.parametrize("key", BY_KEY)
@pytest.mark.parametrize("name", ["binary", "multiclass", "single"])
def test_a_logarithmic_axis_has_at_least_three_ticks(name, key):
    svg = drawn(getattr(samples, name)(), key)
    ticks = [text for text in texts(svg) if text.startswith("$") or "\u00a0" in text]
    assert 3 <= len(ticks) <= 6


def test_each_mark_names_its_candidate_even_where_its_rank_has_no_room():
    svg = drawn(crowded_race(50), "latency")
    titles = [one.text or "" for one in svg.iter("title")]
    ranks = [one for one in texts(svg) if one.isdecimal()]
    assert len(titles) == 50
    assert 30 < len(ranks) == len(set(ranks)) <= 50
    front = svg.attrib["aria-label"].rsplit("On the Pareto front: ", 1)[1].rstrip(".").split(", ")
    for title in titles:
        rank, _, rest = title.partition(": ")
        if any(rest.startswith(f"{name}, ") for name in front):
            assert rank in ranks


@pytest.mark.parametrize("factor", [1.0, 1e5, 2e6])
def test_labels_of_a_metric_in_the_labels_unit_are_not_cut_off(factor):
    summary = samples.regression()
    scaled = [
        one.model_copy(update={"metrics": {"rmse": multiplied(one.metrics["rmse"], factor)}})
        for one in summary.candidates
    ]

    assert_labels_have_room(drawn(summary.model_copy(update={"candidates": scaled}), "size"))


def multiplied(metric: MetricSummary, factor: float) -> MetricSummary:
    assert metric.interval is not None
    interval = metric.interval.model_copy(
        update={"low": metric.interval.low * factor, "high": metric.interval.high * factor}
    )
    return metric.model_copy(update={"mean": metric.mean * factor, "interval": interval})


def test_what_lies_beyond_the_axis_has_its_triangle_alone_in_the_legend():
    candidates = [
        one.model_copy(update={"is_tied": one.rank != 4, "metrics": metrics})
        for one, metrics in (
            (one, {"rmse": multiplied(one.metrics["rmse"], 1 if one.rank != 4 else 50)})
            for one in Race.of(samples.regression()).ranked[:4]
        )
    ]
    summary = samples.regression().model_copy(update={"candidates": candidates})

    written = texts_of_file(summary, "size")

    assert "beyond the axis" in written
    assert "differs from the best" not in written


def texts_of_file(summary: Summary, key: str) -> list[str]:
    race = Race.of(summary)
    shown = tradeoffs.named_tradeoff_picture(race, Tradeoff.of(race, BY_KEY[key]), "A heading")
    return texts(ElementTree.fromstring(shown.inline()))
