"""Which candidates' scores are not to be taken at face value.

docs/statistics.md gives the reasons for the limits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bakeoff.methods import is_fine_tuned, reads_label_names
from bakeoff.metrics import higher_is_better, spoken_name
from bakeoff.prepared.data_card import DataCard
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.conditions import Conditions
from bakeoff.summary.epochs import EpochPoint
from bakeoff.summary.job import JobSummary
from bakeoff.summary.marks import Mark
from bakeoff.wording import counted

IMPROVING_LOSS_SHARE = 0.1
"""A validation loss that falls by more than this share in the last epoch is still falling."""
NOTHING_LEARNT_P_VALUE = 0.05
FEWEST_VALIDATION_ROWS = 100
FEWEST_ROWS_OF_A_LABEL = 30
"""On validation, of the label that a metric of one label in two depends on."""

_OF_POSITIVE_LABEL = ("f1", "precision", "recall")
_OF_EACH_LABEL = ("macro_f1", "mcc", "balanced_accuracy")


@dataclass(frozen=True)
class ValidationRows:
    """The rows that chose epochs, learning rates and other settings."""

    total: int | None
    of_label: int | None = None
    """Those of the label that the main metric of a binary task depends on; None elsewhere."""
    label: str = ""

    @classmethod
    def of(cls, conditions: Conditions, data_card: DataCard | None) -> "ValidationRows":
        total, metric = conditions.rows.get("validation"), conditions.main_metric
        split = data_card.splits.get("validation") if data_card else None
        counts = {each.label: each.rows for each in split.label_rows} if split else {}
        if conditions.task != "binary" or not counts:
            return cls(total)
        label = min(counts, key=counts.__getitem__)
        if metric in _OF_POSITIVE_LABEL:
            label = conditions.positive_label or label
        elif metric not in _OF_EACH_LABEL:
            return cls(total)
        return cls(total, counts.get(label), label)

    def too_few(self) -> str | None:
        """What there is too little of, such as `12 validation rows`; None if there is enough."""
        if self.total == 0:
            # They have chosen nothing.
            return None
        if self.total is not None and self.total < FEWEST_VALIDATION_ROWS:
            return counted(self.total, "validation row")
        if self.of_label is not None and self.of_label < FEWEST_ROWS_OF_A_LABEL:
            return f"{counted(self.of_label, 'validation row')} with the label '{self.label}'"
        return None


def marks_of(
    candidate: CandidateSummary, main_metric: str, validation: ValidationRows
) -> list[Mark]:
    """A training mark holds if it does for half of the candidate's completed jobs or more."""
    completed = [job for job in candidate.jobs if job.status == "completed"]
    found = [
        _of_most(completed, lambda job: _still_improving(candidate, job, main_metric)),
        None
        if candidate.method == "majority"
        else _of_most(completed, lambda job: _learnt_nothing(candidate, job)),
        _few_validation_rows(candidate, completed, validation),
    ]
    return [mark for mark in found if mark is not None]


def _of_most(
    jobs: Sequence[JobSummary], mark_of: Callable[[JobSummary], Mark | None]
) -> Mark | None:
    """The first job's mark, if half of them have it."""
    marks = [mark for job in jobs if (mark := mark_of(job)) is not None]
    return marks[0] if marks and 2 * len(marks) >= len(jobs) else None


def _still_improving(candidate: CandidateSummary, job: JobSummary, metric: str) -> Mark | None:
    """Whether the last epoch, the best one, was better than the one before by more than chance."""
    curve = next((each.epochs for each in candidate.learning_curves if each.seed == job.seed), [])
    if len(curve) < 2 or job.stopped_early or job.validation_standard_error is None:
        return None
    before, last = curve[-2:]
    if job.best_epoch != round(last.epoch):
        return None
    gain = _gain(before, last, metric)
    if gain is None or gain <= 0:
        return None
    if gain <= job.validation_standard_error and not _is_loss_falling(before, last):
        return None
    seed = f" with seed {job.seed}" if len(candidate.jobs) > 1 else ""
    return Mark(
        kind="still_improving",
        sentence=f"It was still improving when it stopped: its {spoken_name(metric)} on validation "
        f"went from {before.validation_metric:.3f} to {last.validation_metric:.3f} in the last of "
        f"{counted(len(curve), 'epoch')}{seed}. More epochs may change its place.",
    )


def _gain(before: EpochPoint, last: EpochPoint, metric: str) -> float | None:
    """In the direction that is better."""
    if before.validation_metric is None or last.validation_metric is None:
        return None
    gain = last.validation_metric - before.validation_metric
    return gain if higher_is_better(metric) else -gain


def _is_loss_falling(before: EpochPoint, last: EpochPoint) -> bool:
    if before.validation_loss is None or last.validation_loss is None:
        return False
    return last.validation_loss < (1 - IMPROVING_LOSS_SHARE) * before.validation_loss


def _learnt_nothing(candidate: CandidateSummary, job: JobSummary) -> Mark | None:
    p_value = job.majority_p_value
    if p_value is None or p_value <= NOTHING_LEARNT_P_VALUE:
        return None
    shown, remedy = "learnt anything", "More training or another learning rate"
    if reads_label_names(candidate.method):
        shown, remedy = "knows the labels by their names", "Clearer label_descriptions"
    elif candidate.method == "prompt":
        shown, remedy = "knows what is asked", "A clearer instruction or a larger model"
    elif not is_fine_tuned(candidate.method):
        remedy = "More training rows or another model"
    return Mark(
        kind="learnt_nothing",
        sentence=f"It has not shown that it {shown}: on validation it is not significantly better "
        f"than one answer for all rows (p = {p_value:.2f}). {remedy} may change its place.",
    )


def _few_validation_rows(
    candidate: CandidateSummary, completed: Sequence[JobSummary], validation: ValidationRows
) -> Mark | None:
    few = validation.too_few()
    chosen = _chosen_on_validation(candidate, completed)
    if few is None or not chosen:
        return None
    return Mark(
        kind="few_validation_rows",
        sentence=f"Only {few} chose its {chosen}: other rows may have chosen better.",
    )


def _chosen_on_validation(candidate: CandidateSummary, completed: Sequence[JobSummary]) -> str:
    """What was, in words; empty if nothing."""
    if candidate.learning_rate_trials:
        return "learning rate and epoch"
    if any(len(curve.epochs) > 1 for curve in candidate.learning_curves):
        return "epoch"
    return "settings" if any(job.chosen for job in completed) else ""
