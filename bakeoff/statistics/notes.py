"""Sentences on what the intervals of a comparison do not cover."""

from collections.abc import Sequence

from bakeoff.metrics import spoken_name
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.predictions import CandidatePredictions

FEW_ROWS = 30
"""Below this number of test rows intervals may be inaccurate."""


def notes_on(
    candidates: Sequence[CandidatePredictions],
    without_interval: Sequence[CandidatePredictions],
    spec: ComparisonSpec,
) -> list[str]:
    """Notes on the candidates that were compared.

    Args:
        without_interval: those of them without an interval of the main metric.
    """
    num_rows = len(candidates[0].jobs[0].ids)
    notes = [
        "Intervals and p-values cover the choice of test rows and, for candidates with several "
        "seeds, the choice of seeds. They do not cover the choice of training rows.",
        *_training_luck(candidates),
    ]
    if num_rows < FEW_ROWS:
        rows = "row is" if num_rows == 1 else "rows are"
        notes.append(f"{num_rows} test {rows} too few for reliable intervals: they are only rough.")
    if without_interval and num_rows > 1:
        names = ", ".join(candidate.shown_name for candidate in without_interval)
        notes.append(
            f"There is no interval of {spoken_name(spec.main_metric)} for {names}: it is at "
            "the end of its range in every resample."
        )
    has_seeds = any(len(candidate.jobs) > 1 for candidate in candidates)
    if has_seeds and spec.task != "regression" and len(candidates) > 1:
        notes.append(
            "McNemar's test compares two single models: with several seeds, its p-value is twice "
            "the median over the seeds, at most 1. It does not cover the luck of training."
        )
    return notes


def _training_luck(candidates: Sequence[CandidatePredictions]) -> list[str]:
    at_random = [candidate for candidate in candidates if candidate.has_chance]
    once = [candidate for candidate in at_random if len(candidate.jobs) == 1]
    if not once:
        return []
    if len(once) == len(at_random):
        whose = "Every candidate with random training was trained with one seed"
    else:
        names = [candidate.shown_name for candidate in once]
        whose = f"Only one seed was trained for {', '.join(names)}"
    return [
        f"{whose}, so the intervals do not cover the luck of training: another seed may give "
        "another winner, and significant differences are between these trained models, not "
        "between the methods. Train three seeds or more to compare methods."
    ]
