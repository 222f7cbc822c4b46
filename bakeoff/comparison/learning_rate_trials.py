"""The learning rates that a candidate tried: what each scored, and what the choice gained."""

from collections.abc import Sequence

from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.metrics import higher_is_better
from bakeoff.summary.learning_rates import LearningRateTrial, chosen_at_the_edge
from bakeoff.wording import counted


def trials_of(metrics: JobMetrics, main_metric: str) -> list[LearningRateTrial]:
    """Those of a job, in rising order; trials whose rate cannot be read are left out."""
    trials = [
        LearningRateTrial(
            learning_rate=each.learning_rate,
            validation_score=each.validation.get(main_metric),
            steps=each.steps,
            is_chosen=each.is_chosen,
            reason=each.reason,
        )
        for each in metrics.learning_rates_tried
        if each.learning_rate is not None
    ]
    return sorted(trials, key=lambda trial: trial.learning_rate)


def gain_over_the_middle(trials: Sequence[LearningRateTrial], main_metric: str) -> float | None:
    """How much better the chosen rate scored than the middle one, the lower of two; None if one of
    them has no score. Positive is better."""
    chosen = next((trial.validation_score for trial in trials if trial.is_chosen), None)
    if not trials or chosen is None:
        return None
    middle = trials[(len(trials) - 1) // 2].validation_score
    if middle is None:
        return None
    return chosen - middle if higher_is_better(main_metric) else middle - chosen


def edge_warning(trials: Sequence[LearningRateTrial]) -> str | None:
    """A sentence if the best rate is the lowest or the highest of those tried."""
    edge = chosen_at_the_edge(trials)
    if edge is None:
        return None
    rate = next(trial.learning_rate for trial in trials if trial.is_chosen)
    beyond = "lower" if edge == "lowest" else "higher"
    return (
        f"Its learning rate, {rate:g}, is the {edge} of the {counted(len(trials), 'rate')} that it "
        f"tried: a {beyond} one may be better. Try more of them with tune."
    )
