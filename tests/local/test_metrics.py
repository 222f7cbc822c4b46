"""Metric definitions applied to lines of a log."""

from datetime import UTC, datetime

from local.sagemaker.metrics import MetricCollector

AT = datetime(2026, 1, 1, tzinfo=UTC)


def collect(regex: str, lines: list[str]) -> MetricCollector:
    collector = MetricCollector([{"Name": "loss", "Regex": regex}])
    for line in lines:
        collector.read(line, AT)
    return collector


def test_the_last_value_is_the_final_one() -> None:
    collector = collect("loss=(.*)", ["loss=1e-1", "other", "loss=0.75"])

    assert collector.final_values() == [{"MetricName": "loss", "Value": 0.75, "Timestamp": AT}]


def test_a_summary_is_over_all_values() -> None:
    (summary,) = collect("loss=(.*)", ["loss=1", "loss=3", "loss=2"]).summaries("arn")

    assert (summary["Min"], summary["Max"], summary["Last"], summary["Count"]) == (1, 3, 2, 3)
    assert summary["Avg"] == 2
    # The mean squared distance from 2 is (1 + 1 + 0) / 3.
    assert summary["StdDev"] == (2 / 3) ** 0.5


def test_values_that_are_not_numbers_are_left_out() -> None:
    collector = collect("'loss': (.*)", ["'loss': '0.5'", "'loss': none"])

    assert collector.final_values() == []


def test_a_regex_without_a_group_finds_nothing() -> None:
    assert collect("loss=.*", ["loss=1"]).final_values() == []
