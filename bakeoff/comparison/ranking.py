"""The order of the candidates, the best first."""

import math
from collections.abc import Iterable

from bakeoff import metrics
from bakeoff.summary.document import CandidateSummary

# A mean over fewer seeds was not measured under the same conditions, so it ranks below.
_STATUS_ORDER = ("completed", "partial", "failed")


def ranked(
    candidates: Iterable[CandidateSummary], main_metric: str | None
) -> list[CandidateSummary]:
    """The candidates with their ranks, failed ones last.

    Ties in the main metric go to the lower loss, then to the candidate that comes first in
    `candidates`.
    """

    def order(candidate: CandidateSummary) -> tuple[int, float, float]:
        status = _STATUS_ORDER.index(candidate.status)
        score = candidate.metrics.get(main_metric or "")
        if main_metric is None or score is None:
            return status, 0.0, 0.0
        loss = candidate.metrics.get("loss")
        better_first = -score.mean if metrics.higher_is_better(main_metric) else score.mean
        return status, better_first, loss.mean if loss else math.inf

    return [
        candidate.model_copy(update={"rank": None if candidate.status == "failed" else rank})
        for rank, candidate in enumerate(sorted(candidates, key=order), start=1)
    ]
