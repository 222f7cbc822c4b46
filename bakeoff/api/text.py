"""How the objects show themselves in a console."""

from collections.abc import Sequence

from bakeoff.quoting import escaped
from bakeoff.report import numbers
from bakeoff.report.race import Race
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary


def comparison_text(summary: Summary, source: str) -> str:
    """The verdict and one line per candidate."""
    race = Race.of(summary)
    rows = [
        [
            "" if one.rank is None else str(one.rank),
            one.name,
            one.method,
            *quality(race, one),
        ]
        for one in [*race.ranked, *race.unranked]
    ]
    lines = [f"Comparison {summary.provenance.name} ({source})", *summary.verdict.sentences]
    return "\n".join(
        [*map(escaped, lines), "", aligned([["rank", "candidate", "method", race.metric], *rows])]
    )


def quality(race: Race, candidate: CandidateSummary) -> list[str]:
    """The main metric and its interval; why there is none."""
    value = candidate.metrics.get(race.metric)
    if candidate.rank is None or value is None:
        return [candidate.status]
    mean = numbers.shown(value.mean, numbers.metric)
    interval = numbers.interval(value.interval) if value.interval else ""
    return (
        [mean, interval] if candidate.status == "completed" else [mean, interval, candidate.status]
    )


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Cells in columns, each as wide as its widest cell, and each line on one line."""
    num_columns = max(len(line) for line in lines)
    full = [[*map(escaped, line), *[""] * (num_columns - len(line))] for line in lines]
    widths = [max(map(len, column)) for column in zip(*full, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in full
    )
