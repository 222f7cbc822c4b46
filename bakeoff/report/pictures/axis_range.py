"""The range of an axis."""

from collections.abc import Sequence

Bounds = tuple[float, float]

_SMALL_SHARE = 0.35


def far_off_left_out(spans: Sequence[Bounds]) -> Bounds:
    """The range that shows the spans, the best of which comes first, with some room.

    A candidate far worse than the rest, as the majority baseline often is, would squeeze all
    others into a corner. The last spans are therefore left out while the others cover at most 35 %
    of the range, but at least half of the spans stay.
    """
    kept = list(spans)
    fewest = max(2, (len(spans) + 1) // 2)
    while True:
        enough = _SMALL_SHARE * _length(kept)
        # Spans that are one point need no room to be told apart.
        fewer = next(
            (
                kept[:n]
                for n in range(len(kept) - 1, fewest - 1, -1)
                if 0 < _length(kept[:n]) <= enough
            ),
            None,
        )
        if fewer is None:
            return padded(*_stretch(kept))
        kept = fewer


def padded(low: float, high: float, share: float = 0.06) -> Bounds:
    """With room on both sides; a range of one point gets some width."""
    room = (high - low) * share or abs(high) * 0.05 or 0.05
    return low - room, high + room


def _stretch(spans: Sequence[Bounds]) -> Bounds:
    return min(low for low, _ in spans), max(high for _, high in spans)


def _length(spans: Sequence[Bounds]) -> float:
    low, high = _stretch(spans)
    return high - low
