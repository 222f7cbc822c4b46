"""How far a running job is, by what it prints beside its metrics."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_TRYING = re.compile(r"^bakeoff trying rate=([0-9]{1,4})/([0-9]{1,4}) (?:.* )?epoch=([0-9]{1,6})")
_CHOSE = re.compile(r"^bakeoff chose learning_rate=")
_SCREENED = re.compile(r"^bakeoff screened candidate=(\S+) status=(scored|failed)\b")


@dataclass(frozen=True)
class RateTrial:
    """The learning rate that a job is trying."""

    place: int
    """Among the rates, from 1."""
    num_rates: int
    epoch: int
    """Epochs that have ended at this rate."""


def trial_in(lines: Iterable[str]) -> RateTrial | None:
    """The trial that is under way; None before the first, and once a rate is chosen."""
    trial = None
    for line in lines:
        if match := _TRYING.search(line):
            trial = RateTrial(*map(int, match.groups()))
        elif _CHOSE.search(line):
            trial = None
    return trial


def screened_in(lines: Iterable[str]) -> Mapping[str, bool]:
    """The candidates that a screening job is done with, and whether each could be scored."""
    matches = (_SCREENED.search(line) for line in lines)
    return {match[1]: match[2] == "scored" for match in matches if match}
