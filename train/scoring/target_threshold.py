"""The probability of the positive label from which on a wanted precision or recall is reached."""

import numpy as np
from numpy.typing import NDArray


def target_threshold(
    chances: NDArray[np.float64], has_label: NDArray[np.bool_], metric: str, value: float
) -> float | None:
    """On these rows (never test); None if no threshold reaches it.

    Of the thresholds that reach a precision it is the lowest, which finds the most rows with the
    label; of those that reach a recall the highest, which is wrong about the fewest. It lies
    halfway between the last probability that counts and the next one.

    Args:
        chances: (rows,) the probability of the positive label.
        metric: "precision" or "recall".
        value: 0..1, what it must reach.
    """
    if not has_label.any():
        return None
    order = np.argsort(-chances, kind="stable")
    ordered, found = chances[order], np.cumsum(has_label[order])
    if metric == "precision":
        reached = found / np.arange(1, len(ordered) + 1) >= value
    else:
        reached = found / found[-1] >= value
    following = np.append(ordered[1:], 0.0)
    # No threshold separates equal probabilities.
    reached &= np.append(ordered[:-1] > ordered[1:], True)
    places = np.flatnonzero(reached)
    if not len(places):
        return None
    last = places[-1] if metric == "precision" else places[0]
    middle = (ordered[last] + following[last]) / 2
    # Two neighbouring floats have no float between them.
    return float(min(ordered[last], max(middle, np.nextafter(following[last], 1.0))))
