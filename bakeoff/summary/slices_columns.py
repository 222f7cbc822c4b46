"""slices.csv: every candidate on every slice of the test rows, one slice and candidate a row."""

from collections.abc import Iterator
from dataclasses import dataclass

from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.columns import CANDIDATE, NAME, RUN, VERSION, Column
from bakeoff.summary.document import Summary
from bakeoff.summary.slices import Grouping, Slice, SliceScore


@dataclass(frozen=True)
class SliceRow:
    """A candidate on a slice."""

    run: str
    candidate: CandidateSummary
    grouping: Grouping
    part: Slice
    score: SliceScore


def slices_rows(summary: Summary) -> Iterator[SliceRow]:
    """Grouping by grouping and slice by slice, the candidates in the order of their ranks."""
    candidates = {each.candidate: each for each in summary.candidates}
    for grouping in summary.slices.groupings if summary.slices else ():
        for part in grouping.slices:
            for score in part.scores:
                candidate = candidates[score.candidate]
                yield SliceRow(summary.provenance.run, candidate, grouping, part, score)


_AS_METRIC = "as the metric"

SLICES_COLUMNS: tuple[Column[SliceRow], ...] = (
    VERSION,
    Column(
        "sliced_by",
        "text",
        "",
        "`text_length`: the characters of the text, or of both texts; `label`; `target`: the "
        "number to predict; `column`: a column that the request names",
        lambda row: row.grouping.by,
    ),
    Column("column", "text", "", "That column; else empty", lambda row: row.grouping.column),
    Column(
        "slice_kind",
        "text",
        "",
        "`value`; `range` of numbers, both ends included; `other`: values without a slice of their "
        "own; `missing`: rows without a value",
        lambda row: row.part.kind,
    ),
    Column(
        "slice",
        "text",
        "",
        "The value or the range; empty for `other` and `missing`",
        lambda row: row.part.name,
    ),
    Column("rows", "integer", "rows", "Test rows in the slice", lambda row: row.part.rows),
    Column(
        "untested",
        "text",
        "",
        "Why the slice is not tested: `few_rows`; `all_rows`: it is the whole test set; "
        "`no_score`: the metric has no meaning there; empty if it is",
        lambda row: row.part.untested,
    ),
    Column("metric", "text", "", "The metric of the score", lambda row: row.grouping.metric),
    CANDIDATE,
    NAME,
    Column(
        "score",
        "number",
        _AS_METRIC,
        "The candidate's score on the slice, mean over the seeds",
        lambda row: row.score.score,
    ),
    Column(
        "score_low",
        "number",
        _AS_METRIC,
        "The lower end of its confidence interval",
        lambda row: row.score.interval.low if row.score.interval else None,
    ),
    Column(
        "score_high",
        "number",
        _AS_METRIC,
        "The upper end of its confidence interval",
        lambda row: row.score.interval.high if row.score.interval else None,
    ),
    Column(
        "difference",
        "number",
        _AS_METRIC,
        "The score minus that of the candidate that ranks first; empty for that one and where "
        "nothing is tested",
        lambda row: row.score.difference,
    ),
    Column(
        "p_value_adjusted",
        "number",
        "0 to 1",
        "The two-sided p-value of the difference, after Holm's correction over all slices and "
        "candidates tested",
        lambda row: row.score.p_value_adjusted,
    ),
    Column(
        "beats_best",
        "boolean",
        "",
        "Whether it is significantly better on the slice than the candidate that ranks first",
        lambda row: row.score.beats_best,
    ),
    RUN,
)
