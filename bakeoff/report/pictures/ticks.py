"""Round numbers for the ticks of an axis, and their labels.

The method is that of P. S. Heckbert, "Nice Numbers for Graph Labels", Graphics Gems (1990), pp.
61-63: the step between ticks is 1, 2 or 5 times a power of ten. As matplotlib does, 2.5 is allowed
too. Instead of rounding a step, we take the smallest one that gives few enough ticks.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import count, pairwise

from bakeoff.report.numbers import Format
from bakeoff.report.pictures.scale import Scale
from bakeoff.report.pictures.svg import SMALL_SIZE
from bakeoff.report.pictures.text_width import text_width

Tick = tuple[float, str]
"""The value and its label."""

_NICE = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5))
_LABEL_GAP = 8
_MAX_OVERHANG = 20


def linear_ticks(
    scale: Scale, most: int, form: Format | None = None, *, whole_numbers: bool = False
) -> list[Tick]:
    """At most that many ticks; labels have the decimals that they need, or the form given."""
    places = linear_places(*scale.bounds, most, whole_numbers=whole_numbers)
    labels = [form(place) for place in places] if form else linear_labels(places)
    return list(zip(places, labels, strict=True))


def logarithmic_ticks(scale: Scale, most: int, form: Format) -> list[Tick]:
    return [(place, form(place)) for place in log_places(*scale.bounds, most)]


def that_fit(scale: Scale, most: int, ticks_of: Callable[[int], list[Tick]]) -> list[Tick]:
    """The most ticks whose labels do not touch below a horizontal axis.

    Ticks whose labels would reach too far beyond the ends of the axis are left out. `ticks_of`
    returns at most as many ticks as it is asked for.
    """
    ticks: list[Tick] = []
    for number in range(most, 0, -1):
        ticks = [tick for tick in ticks_of(number) if _is_near(scale, _span(scale, tick))]
        if _have_room(scale, ticks):
            break
    return ticks


def linear_places(
    low: float, high: float, most: int, *, whole_numbers: bool = False
) -> list[float]:
    """At most `most` round numbers from `low` to `high`, which is higher; often fewer."""
    for step in _steps(high - low, most):
        if whole_numbers and step.denominator != 1:
            continue
        # The tolerance keeps a tick that is a bound but for its rounding.
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        if last - first < most:
            return [float(index * step) for index in range(first, last + 1)]
    raise AssertionError("a step above the whole range gives one tick at most")


def linear_labels(places: Sequence[float]) -> list[str]:
    """With as many decimals as it takes to write the places in full."""
    largest = max((abs(place) for place in places), default=0.0)
    if largest >= 1e6 or 0 < largest < 1e-4:
        return [f"{place:.3g}".replace("-", "\N{MINUS SIGN}") for place in places]
    for decimals in range(7):
        if all(math.isclose(place, round(place, decimals), abs_tol=1e-9) for place in places):
            break
    return [f"{place:,.{decimals}f}".replace("-", "\N{MINUS SIGN}") for place in places]


def log_places(low: float, high: float, most: int) -> list[float]:
    """At most `most` round numbers from `low` to `high`, both above 0."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    powers = range(first, last + 1)
    for digits in ((1, 2, 5), (1, 3), (1,)):
        places = [digit * 10.0**power for power in powers for digit in digits]
        places = [place for place in places if low <= place <= high]
        if len(places) <= most:
            return places
    return places[:: math.ceil(len(places) / most)]


def _steps(span: float, most: int) -> Iterator[Fraction]:
    """Nice steps in rising order, from one that gives too many ticks."""
    for power in count(math.floor(math.log10(span / (most + 1)))):
        for nice in _NICE:
            yield nice * Fraction(10) ** power


def _span(scale: Scale, tick: Tick) -> tuple[float, float]:
    """The left and the right end of the tick's label, in CSS pixels."""
    middle, half = scale.place(tick[0]), text_width(tick[1], SMALL_SIZE) / 2
    return middle - half, middle + half


def _is_near(scale: Scale, span: tuple[float, float]) -> bool:
    return scale.start - _MAX_OVERHANG <= span[0] and span[1] <= scale.end + _MAX_OVERHANG


def _have_room(scale: Scale, ticks: Sequence[Tick]) -> bool:
    spans = [_span(scale, tick) for tick in ticks]
    return all(right + _LABEL_GAP <= left for (_, right), (left, _) in pairwise(spans))
