"""The rows of comparison.csv with what the statistics say, from the summary, so that both agree."""

from collections.abc import Iterable

from bakeoff.comparison.candidate_facts import Row
from bakeoff.metrics import METRIC_NAMES
from bakeoff.summary.document import CandidateSummary, Summary


def with_statistics(rows: Iterable[Row], summary: Summary) -> list[Row]:
    """The same rows in the same order, with the columns of intervals and comparisons."""
    by_candidate = {each.candidate: each for each in summary.candidates}
    return [
        {
            **row,
            "confidence": summary.statistics.confidence,
            **_intervals(by_candidate[str(row["candidate"])]),
            **_versus_best(by_candidate[str(row["candidate"])]),
        }
        for row in rows
    ]


def _intervals(candidate: CandidateSummary) -> Row:
    cells: Row = {}
    for name in METRIC_NAMES:
        metric = candidate.metrics.get(name)
        interval = metric.interval if metric else None
        cells[f"{name}_low"] = interval.low if interval else None
        cells[f"{name}_high"] = interval.high if interval else None
    return cells


def _versus_best(candidate: CandidateSummary) -> Row:
    found = candidate.versus_best
    return {
        "tied": candidate.is_tied,
        "difference": found.difference if found else None,
        "difference_low": found.interval.low if found else None,
        "difference_high": found.interval.high if found else None,
        "p_value": found.p_value if found else None,
        "p_value_adjusted": found.p_value_adjusted if found else None,
        "mcnemar_p_value": found.mcnemar_p_value if found else None,
    }
