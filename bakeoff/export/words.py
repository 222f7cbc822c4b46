"""What was measured of an exported model, in sentences."""

from bakeoff.export.comparison import LossOfQuality
from bakeoff.export.document import Export, Measured, Precision
from bakeoff.metrics import spoken_name
from bakeoff.report import numbers
from bakeoff.wording import counted

WHAT_IT_IS: dict[Precision, str] = {
    "fp32": "weights of 32 bits, as the original",
    "int8": "weights of 8 bits, activations too while it computes",
}

_AS_LARGE = 0.05


def sentences(export: Export) -> list[str]:
    """What it loses, what it gains, and on what ground."""
    found = export.measured
    if found is None:
        return [
            "What it loses and how fast it is was not measured: there were no rows to measure with."
        ]
    return [_loss(found), _speed(found), *found.notes]


def _loss(found: Measured) -> str:
    quality, name = found.quality, spoken_name(found.quality.metric)
    ground = f"on {counted(found.num_rows, 'row')}"
    confidence = numbers.percent(quality.confidence)
    interval = f"{confidence} interval {interval_of(quality)}"
    if quality.is_worse and quality.is_small:
        return (
            f"Its {name} is worse than the original's, but by less than "
            f"{_amount(quality)} {ground} ({interval})."
        )
    if quality.is_worse:
        return f"Its {name} is worse than the original's {ground} ({interval})."
    if quality.is_small:
        return f"A loss of {_amount(quality)} in {name} or more is excluded {ground} ({interval})."
    if quality.other_answers == 0:
        return (
            f"No answer differs {ground}, but they are too few to exclude a loss of "
            f"{_amount(quality)} in {name}."
        )
    return (
        f"A loss of {_amount(quality)} in {name} cannot be excluded {ground} ({interval}): "
        "more rows would tell."
    )


def _amount(quality: LossOfQuality) -> str:
    return numbers.trimmed(numbers.significant(quality.small_loss))


def interval_of(quality: LossOfQuality) -> str:
    """Of the difference, with signs."""
    low, high = (
        numbers.signed_metric(each) for each in (quality.interval.low, quality.interval.high)
    )
    return f"{low} to {high}"


def _speed(found: Measured) -> str:
    one, other = found.speed.original, found.speed.exported
    batches = other.rows_per_second / one.rows_per_second
    single = one.latency_p50_seconds / other.latency_p50_seconds
    return (
        f"It answers batches at {batches:.2g} times the speed of the original and single rows at "
        f"{single:.2g} times, and {_size(other.num_bytes / one.num_bytes)}."
    )


def _size(ratio: float) -> str:
    if abs(ratio - 1) < _AS_LARGE:
        return "is as large"
    return f"has {ratio:.2g} times its size"
