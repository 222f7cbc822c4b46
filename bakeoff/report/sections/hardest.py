"""Test rows that most candidates get wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from bakeoff.report import numbers
from bakeoff.report.race import Race
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.hardest_rows import HardRow, RowPrediction

MAX_ROWS = 50


@dataclass(frozen=True)
class Answer:
    """A label that some candidates predicted for a row."""

    predicted: str
    is_right: bool
    by: list[tuple[str, str, str]]
    """Each candidate's tag, name and confidence."""


@dataclass(frozen=True)
class HardestRow:
    id: int
    texts: list[str]
    label: str
    wrong: str
    answers: list[Answer]


def hardest_rows(race: Race) -> list[HardestRow]:
    """The hardest rows, at most 50."""
    is_regression = race.summary.conditions.task == "regression"
    counts_baselines = all(one.is_baseline for one in race.ranked)
    whose = "all jobs" if counts_baselines else "the models' jobs"
    names = {
        one.candidate: (_tag(one, is_counted=counts_baselines or not one.is_baseline), one.name)
        for one in race.ranked
    }
    return [
        HardestRow(
            row.id,
            row.texts,
            row.label,
            f"mean error {numbers.shown(row.wrong_share, numbers.significant)}"
            if is_regression
            else f"wrong in {numbers.whole_share(row.wrong_share)} of {whose}",
            _answers(row, names),
        )
        for row in race.summary.hardest_rows[:MAX_ROWS]
    ]


def _tag(candidate: CandidateSummary, *, is_counted: bool) -> str:
    return f"#{candidate.rank}" if is_counted else f"#{candidate.rank} (baseline)"


def num_shown(race: Race) -> int:
    """How many candidates' answers the rows have."""
    return max((len(row.predictions) for row in race.summary.hardest_rows), default=0)


def _answers(row: HardRow, names: Mapping[str, tuple[str, str]]) -> list[Answer]:
    """Equal predictions grouped together, the most frequent first.

    `names` are the tag and the name of each ranked candidate, by its key.
    """
    groups: dict[str, list[RowPrediction]] = {}
    for prediction in row.predictions:
        groups.setdefault(prediction.predicted, []).append(prediction)
    ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
    return [
        Answer(
            predicted,
            predicted == row.label,
            [
                (
                    *names.get(one.candidate, ("", one.candidate)),
                    numbers.shown(one.confidence, numbers.whole_share)
                    if one.confidence is not None
                    else "",
                )
                for one in group
            ],
        )
        for predicted, group in ordered
    ]
