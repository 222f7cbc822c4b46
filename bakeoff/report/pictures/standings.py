"""What the marks of candidates mean, as entries of a legend."""

from collections.abc import Iterable

from bakeoff.report.pictures.legend import Entry
from bakeoff.report.pictures.marks import Shape, colours_of, shape_of
from bakeoff.report.race import is_tied, is_untested
from bakeoff.summary.candidate import CandidateSummary

_Mark = tuple[Shape, str, str]
"""Its shape and the roles of its edge and its face."""

_DIFFERS = "differs from the best"
_UNTESTED = "not tested"
_BASELINE = "a baseline"


def standings(shown: Iterable[CandidateSummary], of_the_tied: str) -> list[Entry]:
    """One entry for each mark, with what it means; each meaning that occurs is there once.

    Args:
        of_the_tied: the meaning of a filled mark.
    """
    by_meaning: dict[str, CandidateSummary] = {}
    # A baseline stands for its standing only where nothing else does.
    for one in sorted(shown, key=lambda candidate: candidate.is_baseline):
        by_meaning.setdefault(_standing(one, of_the_tied), one)
        if one.is_baseline:
            by_meaning.setdefault(_BASELINE, one)
    order = (of_the_tied, _DIFFERS, _UNTESTED, _BASELINE)
    by_mark: dict[_Mark, list[str]] = {}
    for meaning in order:
        if meaning in by_meaning:
            by_mark.setdefault(_mark_of(by_meaning[meaning]), []).append(meaning)
    return [Entry(*mark, ", ".join(meanings)) for mark, meanings in by_mark.items()]


def _standing(candidate: CandidateSummary, of_the_tied: str) -> str:
    if is_tied(candidate):
        return of_the_tied
    return _UNTESTED if is_untested(candidate) else _DIFFERS


def _mark_of(candidate: CandidateSummary) -> _Mark:
    return (shape_of(candidate), *colours_of(candidate))
