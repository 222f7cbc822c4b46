"""How far each candidate came in a race in stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bakeoff.race.stage_outcome import Entrant, StageOutcome


@dataclass(frozen=True)
class Entry:
    """A candidate in a stage that is not the final."""

    outcome: StageOutcome
    place: int
    """Among the entrants, from 1; failed ones come last."""

    @property
    def entrant(self) -> Entrant:
        return self.outcome.entrants[self.place - 1]

    @property
    def has_failed(self) -> bool:
        """Whether it went no further because of a failure, rather than of its score."""
        return self.entrant.score is None


@dataclass(frozen=True)
class Course:
    """The screening and the rungs that a candidate entered, in their order."""

    entries: Sequence[Entry] = ()

    @property
    def last(self) -> Entry | None:
        return self.entries[-1] if self.entries else None

    @property
    def screening(self) -> Entry | None:
        return next((each for each in self.entries if each.outcome.stage == "screening"), None)

    @property
    def has_dropped_out(self) -> bool:
        """Whether others were better; a failure is none of this."""
        last = self.last
        return last is not None and not (last.entrant.is_kept or last.has_failed)


def courses(outcomes: Sequence[StageOutcome]) -> Mapping[str, Course]:
    """By candidate; one that entered no stage but the final has none."""
    entries: dict[str, list[Entry]] = {}
    for outcome in outcomes:
        for place, entrant in enumerate(outcome.entrants, start=1):
            entries.setdefault(entrant.candidate, []).append(Entry(outcome, place))
    return {candidate: Course(own) for candidate, own in entries.items()}


def dropped_out(outcomes: Sequence[StageOutcome]) -> list[str]:
    """Those that dropped out: the last to do so first, and of one stage the best first."""
    found = []
    for outcome in reversed(outcomes):
        found += [
            each.candidate
            for each in outcome.entrants
            if not each.is_kept and each.score is not None
        ]
    return found
