"""Improvements of the main metric in words."""

from bakeoff.metrics import value_range
from bakeoff.summary.interval import Interval


def is_in_points(metric: str) -> bool:
    """Whether its improvements are told in points, hundredths of the best value."""
    return value_range(metric)[1] == 1


def amount(value: float, metric: str) -> str:
    """`1.8 points`, or a number in the metric's unit."""
    shown = _number(value, metric)
    if not is_in_points(metric):
        return shown
    return f"{shown} {'point' if shown == '1.0' else 'points'}"


def range_of(interval: Interval, metric: str) -> str:
    """`0.9 to 2.9`"""
    return f"{_number(interval.low, metric)} to {_number(interval.high, metric)}"


def _number(value: float, metric: str) -> str:
    return f"{100 * value:.1f}" if is_in_points(metric) else f"{value:.3g}"
