"""The order of the candidates, the best first."""

import math
from collections.abc import Iterable, Sequence

from bakeoff import metrics
from bakeoff.summary.candidate import CandidateSummary

# A mean over fewer seeds was not measured under the same conditions, so it ranks below.
_STATUS_ORDER = ("completed", "partial", "stopped", "screened", "failed")


def ranked(
    candidates: Iterable[CandidateSummary],
    main_metric: str | None,
    dropped: Sequence[str] = (),
) -> list[CandidateSummary]:
    """The candidates with their ranks; then those that dropped out, and failed ones last.

    `dropped` are the keys of those that dropped out, in the order in which to list them.

    Ties in the main metric go to the lower loss, then to the candidate that comes first in
    `candidates`.
    """

    places = {candidate: float(place) for place, candidate in enumerate(dropped)}

    def order(candidate: CandidateSummary) -> tuple[int, float, float]:
        status = _STATUS_ORDER.index(candidate.status)
        if candidate.candidate in places:
            return status, places[candidate.candidate], 0.0
        score = candidate.metrics.get(main_metric or "")
        if main_metric is None or score is None:
            return status, 0.0, 0.0
        loss = candidate.metrics.get("loss")
        better_first = -score.mean if metrics.higher_is_better(main_metric) else score.mean
        return status, better_first, loss.mean if loss else math.inf

    return [
        candidate.model_copy(update={"rank": rank if candidate.has_result else None})
        for rank, candidate in enumerate(sorted(candidates, key=order), start=1)
    ]
