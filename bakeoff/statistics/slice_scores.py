"""Scores the candidates on slices of the test rows, and finds those on which the best is worse.

On each slice every other candidate is compared with the one that ranks first, on the same rows, by
the test of two candidates (`pairwise.py`). The p-values of all these tests are corrected together
by Holm's method. That holds however the tests depend on each other, so slices may overlap.
"""

from collections.abc import Sequence

from bakeoff.prepared.row_slices import RowSlices
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.predictions import CandidatePredictions
from bakeoff.statistics.scored_slice import FEWEST_ROWS, ScoredSlice
from bakeoff.statistics.significance import holm
from bakeoff.statistics.slice_metrics import slice_metric
from bakeoff.statistics.sliced_rows import sliced_rows
from bakeoff.summary.slices import Grouping, Slices


class SliceScores:
    """Takes candidates batch by batch, the best ranked first, all with the same test rows."""

    def __init__(self, given: RowSlices, best: CandidatePredictions, spec: ComparisonSpec) -> None:
        first, self._spec = best.jobs[0], spec
        self._groupings = [
            (grouping, [ScoredSlice.of(grouping.by, rows, first, spec) for rows in grouping.slices])
            for grouping in sliced_rows(given, first.ids)
        ]

    def add(self, batch: Sequence[CandidatePredictions]) -> None:
        for each in self._slices:
            each.add(batch)

    def slices(self) -> Slices | None:
        """None if no slices of these rows are known."""
        if not self._groupings:
            return None
        p_values = [pair.p_value for each in self._slices for pair in each.compared.values()]
        adjusted = iter(holm(p_values))
        return Slices(
            fewest_rows=FEWEST_ROWS,
            num_tests=len(p_values),
            groupings=[
                Grouping(
                    by=grouping.by,
                    column=grouping.column,
                    metric=slice_metric(grouping.by, self._spec),
                    slices=[
                        each.summary({name: next(adjusted) for name in each.compared})
                        for each in slices
                    ],
                )
                for grouping, slices in self._groupings
            ],
        )

    @property
    def _slices(self) -> list[ScoredSlice]:
        return [each for _, slices in self._groupings for each in slices]
