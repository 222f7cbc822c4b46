"""What the linear candidates' probabilities add to a summary: rows whose labels may be wrong."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence

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
    found: list[tuple[CandidateSummary, LabelProbabilities]] = []
    for method in METHODS:
        own = _best_read(summary, method, read)
        if own is not None and (not found or own[1].has_rows_of(found[0][1])):
            found.append(own)
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


def _best_read(
    summary: Summary, method: str, read: ReadProbabilities
) -> tuple[CandidateSummary, LabelProbabilities] | None:
    """The method's candidate that is best on validation, among those whose file can be read."""
    for candidate in _best_first(summary.candidates, method, summary.conditions):
        found = read(item_key(candidate.candidate, candidate.seeds_completed[0]))
        if found is not None:
            return candidate, found
    return None


def _best_first(
    candidates: Sequence[CandidateSummary], method: str, conditions: Conditions
) -> Iterator[CandidateSummary]:
    sign = -1 if conditions.main_metric_direction == "lower" else 1

    def quality(candidate: CandidateSummary) -> float:
        score = candidate.validation.get(conditions.main_metric or "")
        return float("-inf") if score is None else sign * score.mean

    own = [each for each in candidates if each.method == method and each.seeds_completed]
    yield from sorted(own, key=quality, reverse=True)


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
