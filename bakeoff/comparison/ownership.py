"""What a candidate costs to own, as its jobs measured it and its instances' prices say."""

from collections.abc import Mapping
from typing import Any

from bakeoff.jobs.result import finite
from bakeoff.summary.csv_table import Cell

# The names in the tables, by those in the `inference` of a job's metrics.json.
_INFERENCE = {
    "inference_rows_per_second_batch_1": "rows_per_second_batch_1",
    "inference_rows_per_second_batch_32": "rows_per_second_batch_32",
    "latency_p50_seconds": "latency_p50_seconds",
    "latency_p95_seconds": "latency_p95_seconds",
    "latency_p99_seconds": "latency_p99_seconds",
    "tokens_per_text": "tokens_per_text",
}
_BYTES = ("train_peak_bytes", "inference_peak_bytes")

MEASURED = (*_INFERENCE, *_BYTES)
"""Numbers that every job measures for itself."""

_SECONDS_PER_HOUR = 3600
_MILLION = 1_000_000

Prices = Mapping[str, float | None]
"""US dollars per hour on demand, by instance type; None where they could not be had."""

NO_PRICES: Prices = {}


def measured(metrics: Mapping[str, Any]) -> dict[str, float | None]:
    """MEASURED, from a job's metrics.json; None is what the job could not measure."""
    inference = metrics.get("inference")
    told = inference if isinstance(inference, dict) else {}
    return {
        **{name: finite(told.get(given)) for name, given in _INFERENCE.items()},
        "train_peak_bytes": finite(metrics.get("train_peak_bytes")),
        "inference_peak_bytes": finite(told.get("peak_bytes")),
    }


def whole_bytes(row: Mapping[str, float | None]) -> dict[str, float | int | None]:
    """The same, peaks as whole bytes: a mean over seeds may have fractions."""
    return {
        name: round(value) if name in _BYTES and value is not None else value
        for name, value in row.items()
    }


def best_throughput(row: Mapping[str, float | None]) -> float | None:
    """Rows per second of the measured batch size that suits the machine best: long texts of
    different lengths are slower in batches on a CPU, where padding costs as much as text."""
    told = (row[f"inference_rows_per_second_batch_{size}"] for size in (1, 32))
    return max((each for each in told if each is not None), default=None)


def costs(
    prices: Prices,
    instance_type: Cell,
    billable_seconds: int | None,
    rows_per_second: float | None,
) -> dict[str, float | None]:
    """The price of the instance type, and what follows from it; None where a factor is missing.

    Args:
        billable_seconds: of the jobs together. SageMaker bills managed spot training for fewer
            seconds than it takes, so that the price on demand is right for both.
        rows_per_second: of inference, on this instance type.
    """
    price = prices.get(instance_type) if isinstance(instance_type, str) else None
    per_second = None if price is None else price / _SECONDS_PER_HOUR
    return {
        "price_usd_per_hour": price,
        "cost_usd": None
        if per_second is None or billable_seconds is None
        else billable_seconds * per_second,
        "usd_per_million_predictions": None
        if per_second is None or not rows_per_second
        else _MILLION / rows_per_second * per_second,
    }
