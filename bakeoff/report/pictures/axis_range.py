"""How far an axis goes, and where its ticks are."""

import math
from collections.abc import Sequence

from matplotlib.ticker import MaxNLocator

Bounds = tuple[float, float]

_SMALL_SHARE = 0.35


def far_off_left_out(spans: Sequence[Bounds]) -> Bounds:
    """From the lowest to the highest of the spans, given the best one first, with some room.

    A candidate that is far worse than the rest, as the majority often is, would press all others
    together. So the last are left out, again and again, where the others take up little of the
    stretch, and at least half of the spans remain.
    """
    kept = list(spans)
    fewest = max(2, (len(spans) + 1) // 2)
    while True:
        enough = _SMALL_SHARE * _length(kept)
        fewer = next(
            (kept[:n] for n in range(len(kept) - 1, fewest - 1, -1) if _length(kept[:n]) <= enough),
            None,
        )
        if fewer is None:
            return padded(*_stretch(kept))
        kept = fewer


def padded(low: float, high: float, share: float = 0.06) -> Bounds:
    """With room on both sides; what is one point gets some width."""
    room = (high - low) * share or abs(high) * 0.05 or 0.05
    return low - room, high + room


def linear_places(
    low: float, high: float, most: int, *, whole_numbers: bool = False
) -> list[float]:
    """At most that many round numbers from low to high."""
    places: list[float] = []
    for bins in range(most + 1, 0, -1):
        locator = MaxNLocator(bins, steps=[1, 2, 2.5, 5, 10], integer=whole_numbers)
        found = locator.tick_values(low, high)
        places = [float(place) for place in found if low <= place <= high]
        if len(places) <= most:
            break
    return places


def linear_labels(places: Sequence[float]) -> list[str]:
    """With as many decimals as tell the places apart."""
    if any(abs(place) >= 1e6 for place in places):
        return [f"{place:.3g}" for place in places]
    for decimals in range(7):
        if all(math.isclose(place, round(place, decimals), abs_tol=1e-9) for place in places):
            break
    return [f"{place:,.{decimals}f}".replace("-", "\N{MINUS SIGN}") for place in places]


def log_places(low: float, high: float, most: int) -> list[float]:
    """At most that many round numbers from low to high, both above 0."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    powers = range(first, last + 1)
    for digits in ((1, 2, 5), (1, 3), (1,)):
        places = [digit * 10.0**power for power in powers for digit in digits]
        places = [place for place in places if low <= place <= high]
        if len(places) <= most:
            return places
    return places[:: math.ceil(len(places) / most)]


def _stretch(spans: Sequence[Bounds]) -> Bounds:
    return min(low for low, _ in spans), max(high for _, high in spans)


def _length(spans: Sequence[Bounds]) -> float:
    low, high = _stretch(spans)
    return high - low
