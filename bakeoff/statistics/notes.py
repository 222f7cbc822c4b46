"""Sentences on what the intervals of a comparison do not cover."""

from collections.abc import Sequence

from bakeoff.metrics import spoken_name
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.contender import Contender

FEW_ROWS = 30
"""Below this number of test rows intervals may be inaccurate."""

# More names than this are counted.
_MAX_NAMED = 10


def notes_on(
    contenders: Sequence[Contender], without_interval: Sequence[Contender], spec: ComparisonSpec
) -> list[str]:
    """Notes on the candidates that were compared.

    Args:
        without_interval: those of them without an interval of the main metric.
    """
    num_rows = contenders[0].num_rows
    notes = [
        "Intervals and p-values cover the choice of test rows and, for candidates with several "
        "seeds, the choice of seeds. They do not cover the choice of training rows.",
        *_training_luck(contenders),
    ]
    if num_rows < FEW_ROWS:
        rows = "row is" if num_rows == 1 else "rows are"
        notes.append(f"{num_rows} test {rows} too few for reliable intervals: they are only rough.")
    if without_interval and num_rows > 1:
        notes.append(
            f"There is no interval of {spoken_name(spec.main_metric)} for "
            f"{_named(without_interval)}: it is at the end of its range in every resample."
        )
    has_seeds = any(each.num_seeds > 1 for each in contenders)
    if has_seeds and spec.task != "regression" and len(contenders) > 1:
        notes.append(
            "McNemar's test compares two single models: with several seeds, its p-value is twice "
            "the median over the seeds, at most 1. It does not cover the luck of training."
        )
    return notes


def _training_luck(contenders: Sequence[Contender]) -> list[str]:
    at_random = [each for each in contenders if each.has_chance]
    once = [each for each in at_random if each.num_seeds == 1]
    if not once:
        return []
    if len(once) == len(at_random):
        whose = "Every candidate with random training was trained with one seed"
    else:
        whose = f"Only one seed was trained for {_named(once)}"
    return [
        f"{whose}, so the intervals do not cover the luck of training: another seed may give "
        "another winner, and significant differences are between these trained models, not "
        "between the methods. Train three seeds or more to compare methods."
    ]


def _named(contenders: Sequence[Contender]) -> str:
    names = [each.shown_name for each in contenders]
    further = len(names) - _MAX_NAMED
    return (
        ", ".join(names) if further <= 0 else f"{', '.join(names[:_MAX_NAMED])} and {further} more"
    )
