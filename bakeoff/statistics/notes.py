"""What the intervals of a comparison leave out, in sentences."""

from collections.abc import Sequence

from bakeoff.metrics import spoken_name
from bakeoff.statistics.comparison_spec import Question
from bakeoff.statistics.predictions import CandidatePredictions

FEW_ROWS = 30
"""Below this number of test rows an interval may be off."""


def notes_on(
    candidates: Sequence[CandidatePredictions],
    without_interval: Sequence[CandidatePredictions],
    question: Question,
) -> list[str]:
    """Of candidates that were compared; some without an interval of the main metric."""
    num_rows = len(candidates[0].jobs[0].ids)
    notes = [
        "Intervals and p-values tell what other test rows, and other seeds where there were "
        "several, might have given. They do not tell what other training rows would give.",
        *_training_luck(candidates),
    ]
    if num_rows < FEW_ROWS:
        rows = "row is" if num_rows == 1 else "rows are"
        notes.append(
            f"{num_rows} test {rows} too few for intervals that hold what they promise: take them "
            "as rough."
        )
    if without_interval and num_rows > 1:
        names = ", ".join(candidate.shown_name for candidate in without_interval)
        notes.append(
            f"No interval of {spoken_name(question.main_metric)} can be given for {names}: it is "
            "at the end of its range, in every resample too."
        )
    has_seeds = any(len(candidate.jobs) > 1 for candidate in candidates)
    if has_seeds and question.task != "regression" and len(candidates) > 1:
        notes.append(
            "McNemar's test compares two models at a time: where there are several seeds, its "
            "p-value is twice the median of those of the seeds, at most 1, and knows nothing of "
            "training luck."
        )
    return notes


def _training_luck(candidates: Sequence[CandidatePredictions]) -> list[str]:
    at_random = [candidate for candidate in candidates if candidate.has_chance]
    once = [candidate for candidate in at_random if len(candidate.jobs) == 1]
    if not once:
        return []
    if len(once) == len(at_random):
        whose = "Every candidate whose training has chance in it was trained with one seed"
    else:
        names = [candidate.shown_name for candidate in once]
        whose = f"One seed alone stands for {', '.join(names)}"
    return [
        f"{whose}, so training luck is not in the intervals: another seed may give "
        "another winner, and differences called significant are those of these very models, not "
        "of the methods. Three seeds or more would tell."
    ]
