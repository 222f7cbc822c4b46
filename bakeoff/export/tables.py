"""What was measured of an exported model, as the cells of a table: a line for each quantity."""

from collections.abc import Sequence

from bakeoff.export.document import Measured
from bakeoff.export.words import interval_of
from bakeoff.metrics import spoken_name
from bakeoff.report import numbers

HEADERS = ("", "original", "exported", "difference")


def cells(found: Measured) -> list[Sequence[str]]:
    """Rows of HEADERS."""
    quality, speed = found.quality, found.speed
    one, other = speed.original, speed.exported
    confidence = numbers.percent(quality.confidence)
    rows: list[Sequence[str]] = [
        (
            spoken_name(quality.metric),
            numbers.metric(quality.original),
            numbers.metric(quality.exported),
            numbers.signed_metric(quality.difference),
        ),
        (f"{confidence} interval", "", "", interval_of(quality)),
    ]
    if quality.other_answers is not None:
        rows.append(("other answers", "", "", numbers.share(quality.other_answers)))
    return [
        *rows,
        ("rows a second", *_pair(one.rows_per_second, other.rows_per_second, numbers.significant)),
        (
            "one row, median",
            *_pair(one.latency_p50_seconds, other.latency_p50_seconds, numbers.milliseconds),
        ),
        (
            "one row, 95th percentile",
            *_pair(one.latency_p95_seconds, other.latency_p95_seconds, numbers.milliseconds),
        ),
        ("size", *_pair(one.num_bytes, other.num_bytes, numbers.size)),
    ]


def _pair(one: float, other: float, form: numbers.Format) -> tuple[str, str, str]:
    return form(one), form(other), f"× {other / one:.2g}"
