"""How many labels may be wrong, judged by the rows of which a model is most sure.

Where a model errs because rows are hard, it hardly errs where it is most sure; where labels are
wrong at random, it disagrees with them there as often as anywhere. No statistic tells a wrong label
from a row that is always hard, so the rule is one of thumb: on clean data, linear models disagreed
with no more than E^2 of the labels where they were most sure, with E of all labels
(docs/statistics.md has the figures).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

SURE_SHARE = 0.1
"""Of the rows, those with the most probable answers."""
FEW = 0.02
"""The share of wrong labels that is worth no sentence."""
WEAK = 0.3
"""A model that disagrees with more labels knows too little to accuse any."""
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class LabelNoise:
    rows: int
    disagreeing: int
    """The rows whose label is not the most probable one."""
    sure_rows: int
    """Those of which the model is most sure."""
    sure_disagreeing: int

    @classmethod
    def of(cls, probabilities: NDArray[np.floating], labels: NDArray[np.integer]) -> "LabelNoise":
        """Arguments as of `confident_labels`."""
        disagrees = probabilities.argmax(axis=1) != labels
        num_sure = round(SURE_SHARE * len(labels))
        surest = np.argsort(-probabilities.max(axis=1), kind="stable")[:num_sure]
        return cls(len(labels), int(disagrees.sum()), num_sure, int(disagrees[surest].sum()))

    @property
    def is_high(self) -> bool:
        """Whether more labels are wrong than the model's own errors and chance explain."""
        if not self.sure_disagreeing:
            return False
        share = self.disagreeing / self.rows
        # The one-sided bound of Clopper and Pearson.
        least = beta.ppf(
            1 - _CONFIDENCE,
            self.sure_disagreeing,
            self.sure_rows - self.sure_disagreeing + 1,
        )
        return share <= WEAK and bool(least > max(FEW, share**2))
