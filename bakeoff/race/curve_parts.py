"""The parts of the train rows that a learning curve is made from."""

PERCENTS = (25, 50)
"""The parts beside all rows; each doubles the one before."""
FEWEST_ROWS = 50
"""Of the smallest part: with fewer, chance decides what a training learns."""
MOST_CANDIDATES = 2
"""The best so many train on the parts."""


def part_rows(train_rows: int) -> dict[int, int]:
    """The rows of each part by its percentage; empty if the smallest would have too few."""
    parts = {percent: round(train_rows * percent / 100) for percent in PERCENTS}
    return parts if parts[PERCENTS[0]] >= FEWEST_ROWS else {}
