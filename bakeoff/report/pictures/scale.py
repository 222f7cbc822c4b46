"""Maps the values of an axis to pixels."""

import math
from dataclasses import dataclass

from bakeoff.report.pictures.axis_range import Bounds


@dataclass(frozen=True)
class Scale:
    """A linear or logarithmic axis; of a vertical one `start` is the lower end."""

    bounds: Bounds
    """The lowest and the highest value, in the values' unit; above 0 if logarithmic."""
    start: float
    """Where the lowest value is, in CSS pixels from the left or the top."""
    end: float
    is_logarithmic: bool = False

    def place(self, value: float) -> float:
        """Where `value` is, in CSS pixels; beyond the ends if it is out of bounds."""
        low, high = (self._position(bound) for bound in self.bounds)
        share = (self._position(value) - low) / (high - low)
        return self.start + share * (self.end - self.start)

    def holds(self, value: float) -> bool:
        return self.bounds[0] <= value <= self.bounds[1]

    def clamped(self, value: float) -> float:
        return min(max(value, self.bounds[0]), self.bounds[1])

    def _position(self, value: float) -> float:
        return math.log10(value) if self.is_logarithmic else value
