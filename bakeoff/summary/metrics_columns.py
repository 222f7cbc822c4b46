"""metrics.csv: every metric of every candidate, tidy, one value a row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bakeoff.metrics import ALL_METRIC_NAMES
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.columns import CANDIDATE, NAME, RUN, VERSION, Column
from bakeoff.summary.document import Summary
from bakeoff.summary.interval import Interval
from bakeoff.summary.metric_summary import MetricSummary

Split = Literal["test", "validation"]


@dataclass(frozen=True)
class MetricRow:
    """A metric of a candidate on a split: its mean over the completed seeds, or one of them."""

    run: str
    candidate: CandidateSummary
    split: Split
    metric: str
    seed: int | None
    """None for the mean."""
    value: float | None
    deviation: float | None = None
    interval: Interval | None = None


def metrics_rows(summary: Summary) -> Iterator[MetricRow]:
    """In the order of the ranks; of each metric the mean first, then the seeds."""
    for candidate in summary.candidates:
        yield from _rows(summary, candidate, "test", candidate.metrics)
        yield from _rows(summary, candidate, "validation", candidate.validation)


def _rows(
    summary: Summary, candidate: CandidateSummary, split: Split, found: Mapping[str, MetricSummary]
) -> Iterator[MetricRow]:
    run = summary.provenance.run
    for name in sorted(found, key=ALL_METRIC_NAMES.index):
        metric = found[name]
        yield MetricRow(run, candidate, split, name, None, metric.mean, metric.std, metric.interval)
        for seed, value in metric.by_seed.items():
            yield MetricRow(run, candidate, split, name, seed, value)


METRICS_COLUMNS: tuple[Column[MetricRow], ...] = (
    VERSION,
    CANDIDATE,
    NAME,
    Column(
        "seed",
        "integer",
        "",
        "The seed; empty for the mean over the completed seeds",
        lambda row: row.seed,
    ),
    Column(
        "split",
        "text",
        "",
        "`test`, or `validation` at the best epoch",
        lambda row: row.split,
    ),
    Column("metric", "text", "", "The metric's name", lambda row: row.metric),
    Column(
        "value",
        "number",
        "as the metric",
        "Its value; empty where it is not a finite number",
        lambda row: row.value,
    ),
    Column(
        "deviation",
        "number",
        "as the metric",
        "The sample standard deviation over the seeds; for the mean over two seeds or more",
        lambda row: row.deviation,
    ),
    Column(
        "low",
        "number",
        "as the metric",
        "The lower end of the confidence interval; for the mean on test",
        lambda row: row.interval.low if row.interval else None,
    ),
    Column(
        "high",
        "number",
        "as the metric",
        "The upper end of the confidence interval; for the mean on test",
        lambda row: row.interval.high if row.interval else None,
    ),
    RUN,
)
