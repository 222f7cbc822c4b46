"""learning_curve.csv: scores after training on parts of the rows, and what more would give."""

from collections.abc import Iterator
from dataclasses import dataclass

from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.columns import CANDIDATE, METHOD, MODEL, NAME, RUN, VERSION, Column
from bakeoff.summary.document import Summary
from bakeoff.summary.more_labels import CurvePoint, LabelForecast

_AS_METRIC = "as the metric"
_FORECAST_PERCENT = 200


@dataclass(frozen=True)
class CurveRow:
    """A measured point of a candidate, or its forecast."""

    run: str
    candidate: CandidateSummary
    metric: str
    point: CurvePoint | None
    forecast: LabelForecast | None = None
    reason: str | None = None


def learning_curve_rows(summary: Summary) -> Iterator[CurveRow]:
    """Candidate by candidate in the order of ranks, the fewest rows first."""
    candidates = {each.candidate: each for each in summary.candidates}
    found, run = summary.more_labels, summary.provenance.run
    for curve in found.candidates if found else ():
        candidate, metric = candidates[curve.candidate], found.metric if found else ""
        for point in curve.points:
            yield CurveRow(run, candidate, metric, point, reason=point.reason)
        yield CurveRow(run, candidate, metric, None, curve.forecast, curve.reason)


def _percent(row: CurveRow) -> int:
    return row.point.percent if row.point else _FORECAST_PERCENT


def _train_rows(row: CurveRow) -> int | None:
    shown = row.point or row.forecast
    return shown.train_rows if shown else None


def _score(row: CurveRow) -> float | None:
    shown = row.point or row.forecast
    return shown.score if shown else None


def _score_end(row: CurveRow, end: str) -> float | None:
    shown = row.point or row.forecast
    return getattr(shown.interval, end) if shown and shown.interval else None


def _gain_end(row: CurveRow, end: str) -> float | None:
    return getattr(row.forecast.gain_interval, end) if row.forecast else None


LEARNING_CURVE_COLUMNS: tuple[Column[CurveRow], ...] = (
    VERSION,
    CANDIDATE,
    NAME,
    MODEL,
    METHOD,
    Column(
        "train_percent",
        "integer",
        "% of train",
        "The part of the train rows; 100 is the final, and 200 a forecast",
        _percent,
    ),
    Column("train_rows", "integer", "rows", "As a number of rows", _train_rows),
    Column("is_forecast", "boolean", "", "Whether nothing was trained", lambda row: not row.point),
    Column("metric", "text", "", "The main metric", lambda row: row.metric),
    Column(
        "score",
        "number",
        _AS_METRIC,
        "On test, mean over the seeds; of a forecast what one training would score on these rows",
        _score,
    ),
    Column(
        "score_low",
        "number",
        _AS_METRIC,
        "The lower end of its interval; that of a forecast covers chance in training, too",
        lambda row: _score_end(row, "low"),
    ),
    Column(
        "score_high",
        "number",
        _AS_METRIC,
        "The upper end of its interval",
        lambda row: _score_end(row, "high"),
    ),
    Column(
        "gain",
        "number",
        _AS_METRIC,
        "Of a forecast, the improvement to expect over all rows",
        lambda row: row.forecast.gain if row.forecast else None,
    ),
    Column(
        "gain_low",
        "number",
        _AS_METRIC,
        "The lower end of its interval",
        lambda row: _gain_end(row, "low"),
    ),
    Column(
        "gain_high",
        "number",
        _AS_METRIC,
        "The upper end of its interval",
        lambda row: _gain_end(row, "high"),
    ),
    Column(
        "effect",
        "text",
        "",
        "Of a forecast: `hardly`, the whole interval is below a point, or below a twentieth of an "
        "error; `adds`, all of it is above half of that; `unclear`, neither",
        lambda row: row.forecast.effect if row.forecast else None,
    ),
    Column(
        "num_seeds",
        "integer",
        "",
        "Trainings that the score is the mean of",
        lambda row: row.point.num_seeds if row.point else None,
    ),
    Column(
        "reason",
        "text",
        "",
        "Why there is no score, or no forecast",
        lambda row: row.reason,
    ),
    Column(
        "job_name",
        "text",
        "",
        "The training job of a part of the rows; jobs.csv has those of the final",
        lambda row: row.point.job_name if row.point else None,
    ),
    Column(
        "billable_seconds",
        "integer",
        "s",
        "What AWS billed for it",
        lambda row: row.point.billable_seconds if row.point else None,
    ),
    Column(
        "cost_usd",
        "number",
        "USD",
        "The same at the price of its instance on demand",
        lambda row: row.point.cost_usd if row.point else None,
    ),
    RUN,
)
