"""The probability from which on a label is predicted in a multi-label task."""

import numpy as np
from numpy.typing import NDArray

from scoring.scores import probabilities

UNINFORMED = 0.5


def best_threshold(logits: NDArray[np.floating], labels: NDArray[np.number]) -> float:
    """The threshold, shared by all labels, with the best micro-F1 on these rows (never on test).

    Every threshold that makes a difference is tried: for k = 1, 2, ... the k most probable pairs of
    row and label are predicted, and micro-F1 is 2 * hits / (k + true pairs). The threshold is the
    middle between the last predicted probability and the next one. Among equals the highest
    threshold is chosen, and 0.5 if no row has a label.

    Args:
        logits: (rows, labels), before the sigmoid.
        labels: (rows, labels), 1 where the row has the label, else 0.
    """
    chances = probabilities(logits).ravel()
    order = np.argsort(-chances, kind="stable")
    chances, wanted = chances[order], labels.ravel()[order] > 0
    if not wanted.any():
        return UNINFORMED
    given = np.arange(1, len(chances) + 1)
    micro_f1 = 2 * np.cumsum(wanted) / (given + wanted.sum())
    following = np.append(chances[1:], 0.0)
    # No threshold separates equal probabilities.
    micro_f1[:-1][chances[:-1] == chances[1:]] = -1.0
    last = int(micro_f1.argmax())
    # Between two neighbouring floats there is no middle.
    return float(max((chances[last] + following[last]) / 2, np.nextafter(following[last], 1.0)))
