"""The range of an axis."""

import math
from collections.abc import Sequence

Bounds = tuple[float, float]
ENDLESS: Bounds = (-math.inf, math.inf)

_SMALL_SHARE = 0.35
_ROOM = 0.06
"""Of the range, on either side."""


def far_off_left_out(spans: Sequence[Bounds], ends: Bounds = ENDLESS) -> Bounds:
    """The range that shows the spans, the best of which comes first, with some room; `ends` as in
    `padded`.

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
            return padded(*_stretch(kept), ends=ends)
        kept = fewer


def padded(low: float, high: float, ends: Bounds = ENDLESS) -> Bounds:
    """With room on both sides; a range of one point gets some width.

    `ends` are the least and the greatest possible value. Beyond them there is only the room that
    a mark needs, and none for a tick.
    """
    room = (high - low) * _ROOM or abs(high) * 0.05 or 0.05
    edge = room if high > low else room * _ROOM
    return max(low - room, ends[0] - edge), min(high + room, ends[1] + edge)


def _stretch(spans: Sequence[Bounds]) -> Bounds:
    return min(low for low, _ in spans), max(high for _, high in spans)


def _length(spans: Sequence[Bounds]) -> float:
    low, high = _stretch(spans)
    return high - low
