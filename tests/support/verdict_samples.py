"""Small races for the verdict: candidates, what they are compared on, and how that came out."""

from collections.abc import Sequence
from typing import Any

from bakeoff.comparison.verdict import verdict
from bakeoff.metrics import higher_is_better
from bakeoff.statistics import Analysis
from bakeoff.summary.candidate import CandidateStatus, CandidateSummary
from bakeoff.summary.conditions import Conditions
from bakeoff.summary.differences import VersusBest
from bakeoff.summary.interval import Interval
from bakeoff.summary.metric_summary import MetricSummary
from bakeoff.summary.ownership import Ownership


def raced(
    name: str,
    f1: float = 0.8,
    method: str = "full",
    status: CandidateStatus = "completed",
    seeds: Sequence[int] = (1, 2, 3),
    **owned: Any,
) -> CandidateSummary:
    scores = {"f1": MetricSummary(mean=f1, std=None, by_seed={}, interval=None)}
    completed = () if status == "failed" else seeds[:-1] if status == "partial" else seeds
    return CandidateSummary(
        candidate=f"{name}-3f2a9c",
        name=name,
        model=name,
        requested_as=name,
        model_revision=None,
        method=method,
        is_baseline=method in ("tfidf", "majority"),
        status=status,
        reason=None,
        rank=None,
        seeds=list(seeds),
        seeds_completed=list(completed),
        jobs=[],
        metrics={} if status == "failed" else scores,
        validation={},
        best_epoch=None,
        is_tied=None,
        versus_best=None,
        ownership=Ownership(**owned),
        hyperparameters={},
        learning_curves=[],
        confusion=None,
        label_scores=[],
    )


def with_interval(
    candidate: CandidateSummary,
    metric: str = "f1",
    mean: float = 0.835,
    low: float = 0.812,
    high: float = 0.857,
) -> CandidateSummary:
    score = MetricSummary(mean=mean, std=None, by_seed={}, interval=Interval(low=low, high=high))
    return candidate.model_copy(update={"metrics": {metric: score}})


def conditions(metric: str | None = "f1", test_rows: int | None = 1000) -> Conditions:
    return Conditions(
        dataset="imdb",
        dataset_revision=None,
        dataset_fingerprint=None,
        task="binary",
        task_reason=None,
        labels=["neg", "pos"],
        positive_label="pos",
        text_columns=["text"],
        label_columns=["label"],
        rows={"test": test_rows} if test_rows else {},
        main_metric=metric,
        main_metric_direction="higher" if metric and higher_is_better(metric) else "lower",
    )


def versus(difference: float = -0.01) -> VersusBest:
    return VersusBest(
        difference=difference,
        interval=Interval(low=-0.1, high=0.1),
        p_value=0.5,
        p_value_adjusted=0.5,
        mcnemar_p_value=None,
    )


def analysed(
    ranked: Sequence[CandidateSummary], num_tied: int = 1, difference: float = -0.01, **more: Any
) -> Analysis:
    """The first candidates are tied; all were compared."""
    keys = [each.candidate for each in ranked]
    return Analysis(
        best=keys[0],
        tied=keys[:num_tied],
        versus_best={key: versus(difference) for key in keys[1:]},
        **more,
    )


def sentences(
    ranked: Sequence[CandidateSummary],
    num_tied: int = 1,
    others: Sequence[CandidateSummary] = (),
    **more: Any,
) -> list[str]:
    """What the verdict says of such a race; `others` were not compared."""
    return verdict([*ranked, *others], analysed(ranked, num_tied, **more), conditions()).sentences
