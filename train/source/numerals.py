"""Numbers written as text."""

import math


def number_in(text: str) -> float | None:
    """The finite number that the text represents; None if it does not."""
    try:
        number = float(text)
    except ValueError:
        return None
    # To Python, 1_1 is eleven; in data it is a name.
    return number if math.isfinite(number) and "_" not in text else None
