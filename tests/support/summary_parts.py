"""Parts of made-up summaries: the same each time, and of the size that a real run leaves."""

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import numpy as np

from bakeoff.cost.cost_plan import CandidateEstimate, CostPlan
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.decision_curves import CoveragePoint, DecisionCurves, PrecisionPoint
from bakeoff.summary.differences import Pair, VersusBest
from bakeoff.summary.epochs import EpochPoint, LearningCurve
from bakeoff.summary.hardest_rows import HardRow, RowPrediction
from bakeoff.summary.interval import Interval
from bakeoff.summary.job import JobSummary
from bakeoff.summary.label_results import Confusion, LabelScores
from bakeoff.summary.metric_summary import MetricSummary
from bakeoff.summary.ownership import Ownership
from bakeoff.summary.regression_fit import RegressionFit, ResidualBin
from bakeoff.summary.spending import Spending
from bakeoff.summary.suspect_labels import SuspectLabel, SuspectLabels

COMMIT = "8b3219a92973c328a8e22fadcfa821b5dc75636a"
_BASELINES = ("majority", "tfidf")
_WITHOUT_EPOCHS = ("frozen", "static", *_BASELINES)
_METRICS = (
    "loss", "accuracy", "precision", "recall", "macro_f1", "weighted_f1", "mcc",
    "balanced_accuracy",
)  # fmt: skip


def metric(
    mean: float, seeds: Sequence[int], random: Random, width: float = 0.013
) -> MetricSummary:
    """`mean` is kept; `width` is half of the interval's."""
    offsets = [random.gauss(0, width / 3) for _ in seeds]
    centre = sum(offsets) / len(offsets)
    values = {seed: mean + offset - centre for seed, offset in zip(seeds, offsets, strict=True)}
    variance = sum((value - mean) ** 2 for value in values.values()) / max(1, len(seeds) - 1)
    return MetricSummary(
        mean=mean,
        std=math.sqrt(variance) if len(seeds) > 1 else None,
        by_seed=dict(values),
        interval=Interval(low=mean - width, high=mean + width),
    )


def lower(metric: MetricSummary, difference: float) -> MetricSummary:
    """The same metric on validation: lower by `difference`, and without an interval."""
    return MetricSummary(
        mean=metric.mean - difference,
        std=metric.std,
        by_seed={
            seed: None if value is None else value - difference
            for seed, value in metric.by_seed.items()
        },
        interval=None,
    )


def probabilities(key: str, mean: float, seeds: Sequence[int]) -> dict[str, MetricSummary]:
    """What the comparison alone computes."""
    random = Random(f"probabilities of {key}")
    means = {
        "roc_auc": min(0.99, mean + 0.06),
        "average_precision": min(0.98, mean + 0.04),
        "brier": max(0.03, (1 - mean) / 2),
        "calibration_error": 0.06 + random.uniform(0, 0.03),
        "scaled_calibration_error": 0.03 + random.uniform(0, 0.01),
        "scaled_loss": max(0.1, 1 - mean),
    }
    return {name: metric(value, seeds, random) for name, value in means.items()}


def learning_curves(
    mean: float, seeds: Sequence[int], epochs: int, random: Random
) -> list[LearningCurve]:
    def point(epoch: int) -> EpochPoint:
        overfitting = 0.012 * epoch + random.uniform(0, 0.03)
        return EpochPoint(
            epoch=epoch,
            train_loss=0.7 * math.exp(-0.55 * epoch) + random.uniform(0, 0.03),
            validation_loss=0.38 + 0.32 * math.exp(-epoch) + overfitting,
            validation_metric=mean - 0.16 * math.exp(-epoch) + random.gauss(0, 0.004),
        )

    return [
        LearningCurve(seed=seed, epochs=[point(epoch) for epoch in range(1, epochs + 1)])
        for seed in seeds
    ]


def confusion(labels: Sequence[str], rows: int, quality: float, random: Random) -> Confusion:
    counts = []
    each = rows / len(labels)
    for i in range(len(labels)):
        wrong = [0.0 if i == j else random.random() ** 4 for j in range(len(labels))]
        share = (1 - quality) * each / (sum(wrong) or 1)
        counts.append(
            [each * quality if i == j else round(share * w * 3) / 3 for j, w in enumerate(wrong)]
        )
    return Confusion(labels=list(labels), counts=counts)


def target(key: str, seeds: Sequence[int]) -> dict[str, MetricSummary]:
    """What is found at a wanted precision."""
    random = Random(f"target of {key}")
    means = {"target_recall": 0.62, "target_precision": 0.944, "target_coverage": 0.33}
    return {name: metric(value, seeds, random) for name, value in means.items()}


def decisions(mean: float, has_positive: bool) -> DecisionCurves:
    """Surer rows are right more often."""
    coverages = [share / 100 for share in range(100, 0, -5)]
    recalls = [share / 100 for share in range(2, 101, 2)] if has_positive else []
    return DecisionCurves(
        coverage=[
            CoveragePoint(coverage=share, accuracy=min(1.0, mean + (1 - mean) * (1 - share) * 0.9))
            for share in coverages
        ],
        precision_recall=[
            PrecisionPoint(recall=recall, precision=1 - (1 - mean) * recall**3)
            for recall in recalls
        ],
    )


def fit(key: str, error: float) -> RegressionFit:
    """Of 1,000 numbers from 0 to 5, predicted with this error."""
    chance = np.random.default_rng(len(key))
    truth = chance.uniform(0, 5, 1000)
    predicted = np.clip(truth + chance.normal(0, error, 1000), -1, 6)
    ends = np.linspace(-0.5, 5.5, 25)
    counts, _, _ = np.histogram2d(truth, predicted, (ends, ends))
    parts = np.array_split(np.argsort(predicted), 10)
    residuals = [
        ResidualBin(
            low=predicted[part].min(),
            high=predicted[part].max(),
            rows=len(part),
            quantiles=np.percentile(predicted[part] - truth[part], (5, 25, 50, 75, 95)).tolist(),
        )
        for part in parts
    ]
    return RegressionFit(ends=ends.tolist(), counts=counts.tolist(), residuals=residuals)


def label_scores(
    labels: Sequence[str], rows: int, mean: float, random: Random
) -> list[LabelScores]:
    def score() -> float:
        return min(1.0, max(0.0, random.gauss(mean, 0.06)))

    each = rows // len(labels)
    return [
        LabelScores(label=label, rows=each, precision=score(), recall=score(), f1=score())
        for label in labels
    ]


def ownership(millions: float, is_baseline: bool, has_prices: bool) -> Ownership:
    """Figures of a model with so many millions of parameters."""
    latency = 0.0004 + millions * 4.5e-5
    throughput = 24 / latency
    billable = int(200 + millions * 4)
    price = (0.23 if is_baseline else 1.41) if has_prices else None
    return Ownership(
        num_parameters=int(millions * 1e6),
        model_bytes=int(millions * 4e6),
        train_peak_bytes=int(millions * 3.2e7 + 4e8),
        inference_peak_bytes=int(millions * 6e6 + 2e8),
        memory_of="process" if is_baseline else "gpu",
        training_seconds=9 + millions * 1.3,
        train_rows_per_second=28000 / (millions + 1),
        inference_rows_per_second_batch_1=1 / latency,
        inference_rows_per_second_batch_32=throughput,
        latency_p50_seconds=latency,
        latency_p95_seconds=latency * 1.4,
        latency_p99_seconds=latency * 1.9,
        tokens_per_text=None if is_baseline else 27.03,
        device="Intel Xeon Platinum 8259CL, 4 threads" if is_baseline else "NVIDIA A10G",
        instance_type="ml.m5.xlarge" if is_baseline else "ml.g5.xlarge",
        billable_seconds=billable,
        price_usd_per_hour=price,
        cost_usd=None if price is None else billable * price / 3600,
        usd_per_million_predictions=None if price is None else 1e6 / throughput * price / 3600,
    )


def job(
    seed: int,
    metrics: Mapping[str, MetricSummary],
    validation: Mapping[str, MetricSummary],
    owned: Ownership,
    **changes: Any,
) -> JobSummary:
    """A completed job with its seed's share of the candidate's metrics."""
    values: dict[str, Any] = {
        "seed": seed,
        "job_name": f"race-s{seed}-1",
        "status": "completed",
        "reason": None,
        "attempts": 1,
        "test": {name: value.by_seed[seed] for name, value in metrics.items()},
        "validation": {name: value.by_seed[seed] for name, value in validation.items()},
        "threshold": None,
        "best_epoch": 2,
        "epochs_trained": 4.0,
        "stopped_early": False,
        "numeric_precision": "bf16",
        "micro_batch_size": 16,
        "gradient_accumulation_steps": 1,
        "padding_share": 0.03,
        "ownership": owned,
        "chosen": {},
        "notes": [],
        "model_artifact_uri": None,
        "output_uri": None,
        "temperature": 1.4,
    }
    return JobSummary.model_validate(values | changes)


def candidate(
    key: str,
    model: str,
    rank: int,
    mean: float,
    *,
    name: str = "",
    method: str = "full",
    millions: float = 22.7,
    seeds: Sequence[int] = (1, 2, 3),
    best: float = 0.8,
    is_tied: bool = False,
    labels: Sequence[str] = ("neg", "pos"),
    confusion_labels: Sequence[str] | None = None,
    rows: int = 1000,
    epochs: int = 4,
) -> CandidateSummary:
    random = Random(key)
    is_baseline = method in _BASELINES
    metrics = {
        "f1": metric(mean, seeds, random),
        **{
            name: metric(max(0.02, mean + random.gauss(0, 0.01)), seeds, random)
            for name in _METRICS
        },
    }
    recipe = {"learning_rate": 5e-5, "train_batch_size": 16, "schedule": "linear", "epochs": epochs}
    validation = {name: lower(value, 0.01) for name, value in metrics.items()}
    owned = ownership(millions, is_baseline, has_prices=True)
    return CandidateSummary(
        candidate=key,
        name=name or (model if is_baseline else model.rstrip("/").rsplit("/", 1)[-1]),
        model=model,
        requested_as=model,
        model_revision=None if is_baseline else COMMIT,
        method=method,
        is_baseline=is_baseline,
        status="completed",
        reason=None,
        rank=rank,
        seeds=list(seeds),
        seeds_completed=list(seeds),
        jobs=[job(seed, metrics, validation, owned) for seed in seeds],
        metrics=metrics | probabilities(key, mean, seeds),
        validation=validation,
        best_epoch=None if method in _WITHOUT_EPOCHS else 2,
        is_tied=is_tied,
        versus_best=None if rank == 1 else versus_best(mean - best, is_tied),
        ownership=owned,
        hyperparameters={} if is_baseline else recipe,
        learning_curves=[]
        if method in _WITHOUT_EPOCHS
        else learning_curves(mean, seeds, epochs, random),
        confusion=confusion(confusion_labels or labels, rows, mean, random),
        label_scores=label_scores(labels, rows, mean, random),
        decisions=decisions(mean, has_positive=len(labels) == 2),
    )


def versus_best(difference: float, is_tied: bool) -> VersusBest:
    return VersusBest(
        difference=difference,
        interval=Interval(low=difference - 0.014, high=difference + 0.014),
        p_value=0.31 if is_tied else 0.0004,
        p_value_adjusted=0.62 if is_tied else 0.0008,
        mcnemar_p_value=0.28 if is_tied else 1e-6,
    )


def failed(key: str, model: str, reason: str) -> CandidateSummary:
    return CandidateSummary(
        candidate=key,
        name=model.rsplit("/", 1)[-1],
        model=model,
        requested_as=model,
        model_revision=None,
        method="full",
        is_baseline=False,
        status="failed",
        reason=reason,
        rank=None,
        seeds=[1, 2, 3],
        seeds_completed=[],
        jobs=[job(seed, {}, {}, Ownership(), status="failed", reason=reason) for seed in (1, 2, 3)],
        metrics={},
        validation={},
        best_epoch=None,
        is_tied=None,
        versus_best=None,
        ownership=Ownership(),
        hyperparameters={},
        learning_curves=[],
        confusion=None,
        label_scores=[],
    )


def pairs_of(candidates: Sequence[CandidateSummary], name: str = "f1") -> list[Pair]:
    ranked = [one for one in candidates if one.rank is not None]
    return [
        _pair(first, second, first.metrics[name].mean - second.metrics[name].mean)
        for i, first in enumerate(ranked)
        for second in ranked[i + 1 :]
    ]


def _pair(first: CandidateSummary, second: CandidateSummary, difference: float) -> Pair:
    p_value = math.exp(-((abs(difference) / 0.006) ** 1.4))
    return Pair(
        first=first.candidate,
        second=second.candidate,
        difference=difference,
        interval=Interval(low=difference - 0.014, high=difference + 0.014),
        p_value=p_value,
        p_value_adjusted=min(1.0, p_value * 3),
        mcnemar_p_value=min(1.0, p_value * 1.2),
    )


def hard_rows(
    candidates: Sequence[CandidateSummary], labels: Sequence[str], texts: Sequence[str]
) -> list[HardRow]:
    """A row for each text; of ten candidates nine get it wrong."""
    random = Random(11)
    ranked = [one for one in candidates if one.rank is not None]

    def predictions(label: str) -> list[RowPrediction]:
        others = [other for other in labels if other != label][:3]
        return [
            RowPrediction(
                candidate=one.candidate,
                predicted=label if random.random() < 0.1 else random.choice(others),
                confidence=random.uniform(0.6, 0.999),
            )
            for one in ranked
        ]

    return [
        HardRow(
            id=i * 37 + 5,
            texts=[text],
            label=labels[i % len(labels)],
            wrong_share=1 - i * 0.04,
            predictions=predictions(labels[i % len(labels)]),
        )
        for i, text in enumerate(texts)
    ]


def suspects(
    candidates: Sequence[str], labels: Sequence[str], texts: Sequence[str]
) -> SuspectLabels:
    """A row for each text, in test and train by turns."""
    listed = [
        SuspectLabel(
            id=place * 41 + 3,
            split="test" if place % 2 else "train",
            texts=[text],
            label=labels[place % len(labels)],
            likely_label=labels[(place + 1) % len(labels)],
            score=0.99 - place * 0.004,
        )
        for place, text in enumerate(texts)
    ]
    num_in_test = len(texts) // 2
    return SuspectLabels(
        candidates=list(candidates),
        weights=[1 / len(candidates)] * len(candidates),
        rows={"train": 2000, "validation": 222, "test": 1000},
        suspects={"train": len(texts) - num_in_test, "validation": 0, "test": num_in_test},
        sure_rows=322,
        sure_disagreeing=2,
        are_many=False,
        seconds=3.2,
        listed=listed,
    )


def spending(candidates: Sequence[CandidateSummary]) -> Spending:
    estimates = [
        CandidateEstimate(
            candidate=one.candidate,
            seconds=one.ownership.billable_seconds and one.ownership.billable_seconds * 0.9,
            usd=one.ownership.cost_usd and one.ownership.cost_usd * 0.9,
            basis="From 2 past runs of this model on ml.g5.xlarge.",
        )
        for one in candidates
    ]
    plan = CostPlan(
        prices_usd_per_hour={"ml.g5.xlarge": 1.41, "ml.m5.xlarge": 0.23},
        priced_at="2026-11-25T04:41:52Z",
        num_jobs=sum(len(one.seeds) for one in candidates),
        max_runtime_seconds=7200,
        max_preparation_seconds=3600,
        upper_bound_usd=29.08,
        budget_usd=40,
        estimated_seconds=sum(one.seconds or 0 for one in estimates),
        estimated_usd=sum(one.usd or 0 for one in estimates),
        estimates=estimates,
    )
    return Spending(
        plan=plan,
        billable_seconds=sum(one.ownership.billable_seconds or 0 for one in candidates),
        cost_usd=sum(one.ownership.cost_usd or 0 for one in candidates),
    )


def data_card(labels: Sequence[str], models: Sequence[str]) -> dict[str, Any]:
    """A data card as docs/data-card.md describes it; without labels it is of a regression."""
    lengths = {
        "mean": 21.4, "p0": 1, "p5": 7, "p25": 15, "p50": 21, "p75": 28, "p95": 38, "p99": 45,
        "p100": 56,
    }  # fmt: skip
    rows = {"train": 2000, "validation": 222, "test": 1000}

    def split(count: int) -> dict[str, Any]:
        made = {"rows": count, "repeated_rows": 1, "empty_rows": 0, "words": lengths}
        if not labels:
            return {**made, "label_values": lengths}
        share = 1 / len(labels)
        balance = [{"label": label, "rows": int(count * share), "share": share} for label in labels]
        return {**made, "label_rows": balance}

    return {
        "schema_version": 1,
        "given": {
            "train": {"rows": 9596, "repeated_rows": 3},
            "test": {"rows": 1066, "repeated_rows": 0},
        },
        "leaked_rows": {"exact": {"train": 4}, "normalised": {"train": 9}},
        "dropped_rows": {"train": 4, "validation": 0},
        "leaked_rows_left": {
            "exact": {"train": 0, "validation": 0},
            "normalised": {"train": 5, "validation": 0},
        },
        "splits": {name: split(count) for name, count in rows.items()},
        "models": {
            model: {
                "max_length": 64,
                "splits": {name: {"tokens": lengths, "truncated_share": 0.0131} for name in rows},
            }
            for model in models
        },
    }
