from xml.etree import ElementTree

import pytest

from bakeoff.report.pictures import tradeoffs
from bakeoff.report.race import Race
from bakeoff.summary.document import MetricSummary, Summary
from tests.support import summary_samples as samples
from tests.support.crowded_race import crowded_race
from tests.support.picture_labels import assert_labels_have_room

PRICES = {price.key: price for price in tradeoffs.PRICES}


def drawn(summary: Summary, key: str) -> ElementTree.Element:
    race = Race.of(summary)
    tradeoff = tradeoffs.Tradeoff.of(race, PRICES[key])
    return ElementTree.fromstring(tradeoffs.tradeoff_picture(race, tradeoff).inline())


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


@pytest.mark.parametrize("key", PRICES)
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
