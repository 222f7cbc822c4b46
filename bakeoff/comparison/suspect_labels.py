"""What the linear candidates' probabilities add to a summary: rows whose labels may be wrong."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.jobs.result import JobResult
from bakeoff.names import item_key
from bakeoff.statistics.confident_learning import ConfidentLabels, confident_labels
from bakeoff.statistics.label_noise import LabelNoise
from bakeoff.statistics.label_probabilities import SPLITS, LabelProbabilities
from bakeoff.statistics.probability_pool import pooled
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.conditions import Conditions
from bakeoff.summary.document import Summary
from bakeoff.summary.suspect_labels import SplitName, SuspectLabel, SuspectLabels
from bakeoff.wording import counted

METHODS = ("tfidf", "frozen", "static")
"""Those whose jobs leave probabilities."""
TASKS = ("binary", "multiclass")
MAX_ASKED = 4
"""Candidates; each has up to 40 MB of probabilities."""
MAX_LISTED = 1_000
_FEWEST_ROWS = 50

ReadProbabilities = Callable[[str], LabelProbabilities | None]
"""By a plan's item; None if they are missing or cannot be read."""


def with_suspect_labels(
    summary: Summary, results: Sequence[JobResult], read: ReadProbabilities
) -> Summary:
    """The summary with its suspect labels, and a sentence in the verdict where they are many.

    The summary as it is in other tasks, and where no linear candidate left probabilities.

    Args:
        results: of the jobs of the final.
    """
    if summary.conditions.task not in TASKS:
        return summary
    found = _read(_in_turn(summary), read)
    if not found or len(found[0][1].labels) < _FEWEST_ROWS:
        return summary
    pool, weights = pooled([probabilities for _, probabilities in found])
    asked = {
        candidate.candidate: float(weight)
        for (candidate, _), weight in zip(found, weights, strict=True)
    }
    suspects = suspect_labels(pool, summary.conditions.labels, asked, _seconds(asked, results))
    verdict = summary.verdict
    if verdict.best is not None and suspects.are_many:
        sentences = [*verdict.sentences, sentence(suspects)]
        verdict = verdict.model_copy(update={"sentences": sentences})
    return summary.model_copy(update={"suspect_labels": suspects, "verdict": verdict})


def suspect_labels(
    found: LabelProbabilities,
    labels: Sequence[str],
    asked: Mapping[str, float],
    seconds: float | None,
) -> SuspectLabels:
    """
    Args:
        found: the weighted mean of the candidates' probabilities.
        asked: the candidates' weights in it.
        seconds: what they took.
    """
    confident = confident_labels(found.probabilities, found.labels)
    noise = LabelNoise.of(found.probabilities, found.labels)
    return SuspectLabels(
        candidates=list(asked),
        weights=list(asked.values()),
        rows=_by_split(found.splits),
        suspects=_by_split(found.splits[confident.is_suspect]),
        sure_rows=noise.sure_rows,
        sure_disagreeing=noise.sure_disagreeing,
        are_many=noise.is_high,
        seconds=seconds,
        listed=[
            _listed(found, confident, labels, place)
            for place in confident.order()[:MAX_LISTED].tolist()
        ],
    )


def sentence(suspects: SuspectLabels) -> str:
    """Of many suspect labels."""
    in_test = sum(row.split == "test" for row in suspects.listed)
    where = f", {in_test:,} of them in test" if in_test else ""
    return (
        "Labels may be wrong: of the "
        f"{counted(suspects.sure_rows, 'row')} of whose answers the linear candidates are most "
        f"sure, {suspects.sure_disagreeing:,} have another label. suspect_labels.csv lists "
        f"{counted(len(suspects.listed), 'row')} to look at{where}."
    )


def _read(
    candidates: Iterable[CandidateSummary], read: ReadProbabilities
) -> list[tuple[CandidateSummary, LabelProbabilities]]:
    """The first whose files can be read and are on the same rows."""
    found: list[tuple[CandidateSummary, LabelProbabilities]] = []
    for candidate in candidates:
        own = read(item_key(candidate.candidate, candidate.seeds_completed[0]))
        if own is not None and (not found or own.has_rows_of(found[0][1])):
            found.append((candidate, own))
        if len(found) == MAX_ASKED:
            break
    return found


def _in_turn(summary: Summary) -> list[CandidateSummary]:
    """First the best of each method, which err in different ways, then the others, the best
    first."""
    ranked = _best_first(summary.candidates, summary.conditions)
    firsts = [next((one for one in ranked if one.method == method), None) for method in METHODS]
    first = [one for one in firsts if one is not None]
    return first + [one for one in ranked if one not in first]


def _best_first(
    candidates: Sequence[CandidateSummary], conditions: Conditions
) -> list[CandidateSummary]:
    sign = -1 if conditions.main_metric_direction == "lower" else 1

    def quality(candidate: CandidateSummary) -> float:
        score = candidate.validation.get(conditions.main_metric or "")
        return float("-inf") if score is None else sign * score.mean

    own = [each for each in candidates if each.method in METHODS and each.seeds_completed]
    return sorted(own, key=quality, reverse=True)


def _by_split(splits: NDArray[np.integer]) -> dict[SplitName, int]:
    return {split: int((splits == place).sum()) for place, split in enumerate(SPLITS)}


def _listed(
    found: LabelProbabilities, confident: ConfidentLabels, labels: Sequence[str], place: int
) -> SuspectLabel:
    return SuspectLabel(
        id=int(found.ids[place]),
        split=SPLITS[found.splits[place]],
        texts=list(found.texts.get(place, ())),
        label=labels[found.labels[place]],
        likely_label=labels[confident.likely[place]],
        score=float(confident.score[place]),
    )


def _seconds(candidates: Container[str], results: Sequence[JobResult]) -> float | None:
    took = [
        result.metrics.seconds.get("labels")
        for result in results
        if result.candidate in candidates and result.metrics is not None
    ]
    known = [each for each in took if each is not None]
    return sum(known) if known else None
