"""From which probability on a row is given a label, where it may have several."""

import numpy as np
from numpy.typing import NDArray

from scoring.scores import probabilities

UNINFORMED = 0.5


def best_threshold(logits: NDArray[np.floating], labels: NDArray[np.number]) -> float:
    """The one threshold for all labels with the best micro-F1 on these rows, never those of test.

    Every threshold that makes a difference is tried: of all pairs of row and label, the k most
    probable are given, for k = 1, 2, ...; micro-F1 is then 2 * hits / (k + pairs that are wanted).
    Between the last that is given and the first that is not the threshold lies in the middle. Of
    equals the highest is taken, and 0.5 where no row has a label.

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
    # No threshold parts equals.
    micro_f1[:-1][chances[:-1] == chances[1:]] = -1.0
    last = int(micro_f1.argmax())
    # Between two neighbouring floats there is no middle.
    return float(max((chances[last] + following[last]) / 2, np.nextafter(following[last], 1.0)))
