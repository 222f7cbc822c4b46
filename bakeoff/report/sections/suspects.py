"""Rows whose labels may be wrong."""

from dataclasses import dataclass

from bakeoff.report import numbers
from bakeoff.report.race import Race
from bakeoff.summary.suspect_labels import SuspectLabel, SuspectLabels
from bakeoff.wording import counted, listed

MAX_ROWS = 50


@dataclass(frozen=True)
class Suspects:
    """What the section shows."""

    names: str
    """Of the candidates that were asked, with their weights where there are several."""
    are_weighed: bool
    """Whether there are weights beside the names."""
    counts: str
    """How many of the rows are suspect, and in which splits."""
    sure: str
    """How many of the surest rows have another label."""
    seconds: str
    """Empty where it is not known."""
    rows: list[SuspectLabel]
    num_listed: int


def suspects_section(race: Race) -> Suspects | None:
    """None where nothing was looked at."""
    found = race.summary.suspect_labels
    if found is None:
        return None
    return Suspects(
        names=_names(found, race),
        are_weighed=bool(_weights(found)),
        counts=_counts(found),
        sure=f"{found.sure_disagreeing:,} of {counted(found.sure_rows, 'row')}",
        seconds="" if found.seconds is None else numbers.duration(found.seconds),
        rows=found.listed[:MAX_ROWS],
        num_listed=len(found.listed),
    )


def _names(found: SuspectLabels, race: Race) -> str:
    names = {one.candidate: one.name for one in race.summary.candidates}
    shown = [names.get(each, each) for each in found.candidates]
    weights = _weights(found)
    if not weights:
        return listed(shown)
    return listed(
        [
            f"{name} ({numbers.whole_share(weight)})"
            for name, weight in zip(shown, weights, strict=True)
        ]
    )


def _weights(found: SuspectLabels) -> list[float]:
    """Empty where they are not told, or only one candidate was asked."""
    weights = found.weights or []
    return weights if len(weights) > 1 else []


def _counts(found: SuspectLabels) -> str:
    total = sum(found.suspects.values())
    counts = f"{total:,} of {counted(sum(found.rows.values()), 'row')}"
    if not total:
        return f"{counts} are suspect."
    parts = [f"{number:,} in {split}" for split, number in found.suspects.items() if number]
    return f"{counts} {'is' if total == 1 else 'are'} suspect: {listed(parts)}."
