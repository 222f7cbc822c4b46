"""Several comparisons beside each other."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bakeoff.api.comparison import Comparison
from bakeoff.api.frames import required_package
from bakeoff.api.loading import load
from bakeoff.api.text import aligned
from bakeoff.errors import ResultsError
from bakeoff.quoting import escaped
from bakeoff.report import numbers
from bakeoff.report.race import Race
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.display_names import names_over_runs
from bakeoff.wording import counted

if TYPE_CHECKING:
    import pandas

NOT_TESTED = (
    "Each interval comes from its own run: no difference between candidates of different runs "
    "was tested. To test one, let both compete in one request."
)
# What two runs must share before their scores may be ranked together, and how to name it.
_SHARED = {
    "dataset_fingerprint": "prepared rows (their fingerprints differ)",
    "task": "task",
    "main_metric": "main metric",
    "main_metric_direction": "direction of the main metric",
    "labels": "labels",
    "positive_label": "positive label",
}


@dataclass(frozen=True)
class Line:
    """One candidate of one run."""

    comparison: str
    """The results' name."""
    run: str
    rank: int | None
    """Among all candidates of all runs, or in its own run where these cannot be ranked together;
    None without a score."""
    candidate: str
    """Its name, distinct among all candidates of all runs."""
    method: str
    metric: str
    score: float | None
    """The main metric on test, the mean over the completed seeds."""
    low: float | None
    high: float | None
    """The ends of the confidence interval, if there is one."""
    seeds: int
    """Completed."""
    status: str
    key: str
    """The same in every run that has this model with these settings of its own."""


class SideBySide:
    """Runs beside each other, in one ranking if their scores mean the same.

    Attributes:
        runs: the comparisons, in the order given.
        reasons: why they cannot be ranked together, one sentence each; empty if they can.
        lines: the candidates, of all runs by score, or run by run.
    """

    def __init__(self, runs: Sequence[Comparison]) -> None:
        """Raises ResultsError for fewer than two runs, or for one that is given twice."""
        if len(runs) < 2:
            raise _too_few(len(runs))
        known = [one.run for one in runs]
        twice = next((run for run in known if known.count(run) > 1), None)
        if twice is not None:
            raise ResultsError(f"Run {twice} was given twice: give each run once.")
        self.runs = list(runs)
        self.reasons = _reasons(self.runs)

    @property
    def can_be_ranked(self) -> bool:
        """Whether all candidates can be ranked together."""
        return not self.reasons

    @cached_property
    def lines(self) -> list[Line]:
        names = names_over_runs([each for one in self.runs for each in one.summary.candidates])
        lines = [line for one in self.runs for line in _lines(one, names)]
        return _ranked_together(lines, self.runs[0]) if self.can_be_ranked else lines

    @property
    def notes(self) -> list[str]:
        """What a reader must know of the table."""
        notes = _confidence_notes(self.runs)
        if self.can_be_ranked:
            return [NOT_TESTED, *notes]
        return ["These runs cannot be ranked together.", *self.reasons, *notes]

    def frame(self) -> "pandas.DataFrame":
        """`lines` as a data frame. Raises MissingPackageError without pandas."""
        pandas = required_package("pandas", "data frames")
        frame = pandas.DataFrame([asdict(line) for line in self.lines])
        return frame.astype({"rank": "Int64", "score": float, "low": float, "high": float})

    def headers(self) -> list[str]:
        """The headers of the table of `cells`; `status` only where it is not the same for all."""
        headers = ["rank", "results", "run", "candidate", "method", "metric", "score", "interval"]
        return headers if self._are_all_completed else [*headers, "status"]

    def cells(self) -> list[list[str]]:
        """`lines` as text."""
        return [
            [
                "" if line.rank is None else str(line.rank),
                line.comparison,
                line.run,
                line.candidate,
                line.method,
                line.metric,
                "" if line.score is None else numbers.metric(line.score),
                _interval(line),
                *([] if self._are_all_completed else [line.status]),
            ]
            for line in self.lines
        ]

    @property
    def _are_all_completed(self) -> bool:
        return all(line.status == "completed" for line in self.lines)

    def __repr__(self) -> str:
        return "\n".join([*map(escaped, self.notes), "", aligned([self.headers(), *self.cells()])])

    def _repr_html_(self) -> str:
        from bakeoff.api.notebook import table_html

        return table_html(self.notes, self.headers(), self.cells())


def compare_runs(runs: Sequence["Comparison | str | Path"]) -> SideBySide:
    """Several comparisons beside each other; each is one, or what `load` takes.

    They are ranked together if they were measured on the same prepared rows by the same main
    metric; otherwise `reasons` says why not. Nothing is tested across runs.

    Raises ResultsError for fewer than two runs, and what `load` raises.
    """
    if isinstance(runs, str | Path | Comparison):
        # A text is a sequence too, but of characters.
        raise _too_few(1)
    return SideBySide([one if isinstance(one, Comparison) else load(one) for one in runs])


def _too_few(number: int) -> ResultsError:
    verb = "was" if number == 1 else "were"
    return ResultsError(
        f"{counted(number, 'run')} {verb} given: a comparison of runs takes two or more."
    )


def _reasons(runs: Sequence[Comparison]) -> list[str]:
    first, *others = runs
    reasons = [
        f"{one.name} ({one.run}) prepared no rows."
        for one in runs
        if one.summary.conditions.dataset_fingerprint is None
    ]
    for other in others:
        differing = [
            what
            for field, what in _SHARED.items()
            if getattr(first.summary.conditions, field) != getattr(other.summary.conditions, field)
        ]
        if differing:
            names = f"{first.name} ({first.run}) and {other.name} ({other.run})"
            reasons.append(f"{names} do not share: {', '.join(differing)}.")
    return reasons


def _confidence_notes(runs: Sequence[Comparison]) -> list[str]:
    levels = [one.summary.statistics.confidence for one in runs]
    if len(set(levels)) == 1:
        return []
    named = [
        f"{one.name} ({one.run}) {numbers.percent(level)}"
        for one, level in zip(runs, levels, strict=True)
    ]
    return [f"Intervals have different confidence levels: {', '.join(named)}."]


def _lines(one: Comparison, names: Mapping[str, str]) -> list[Line]:
    race = Race.of(one.summary)
    return [
        _line(one, race, candidate, names[candidate.candidate])
        for candidate in [*race.ranked, *race.unranked]
    ]


def _line(one: Comparison, race: Race, candidate: CandidateSummary, name: str) -> Line:
    value = candidate.metrics.get(race.metric) if candidate.rank is not None else None
    interval = value.interval if value else None
    return Line(
        comparison=one.name,
        run=one.run,
        rank=candidate.rank if value else None,
        candidate=name,
        method=candidate.method,
        metric=race.metric,
        score=value.mean if value else None,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        seeds=len(candidate.seeds_completed),
        status=candidate.status,
        key=candidate.candidate,
    )


def _ranked_together(lines: Sequence[Line], first: Comparison) -> list[Line]:
    """By score, the best first, partial candidates below all completed ones as in a single run.

    Equals share a rank.
    """
    sign = 1 if first.summary.conditions.main_metric_direction == "lower" else -1

    def place(line: Line) -> tuple[bool, float]:
        assert line.score is not None
        return line.status != "completed", sign * line.score

    places = sorted(place(line) for line in lines if line.score is not None)
    ranked = [
        replace(line, rank=None if line.score is None else places.index(place(line)) + 1)
        for line in lines
    ]
    return sorted(ranked, key=lambda line: (line.rank is None, line.rank or 0))


def _interval(line: Line) -> str:
    if line.low is None or line.high is None:
        return ""
    return f"{numbers.metric(line.low)} to {numbers.metric(line.high)}"
