"""Summaries as a comparison might leave them, made up and the same each time."""

from collections.abc import Mapping
from random import Random
from typing import Any

from bakeoff.metrics import METRIC_NAMES
from bakeoff.prepared.data_card import DataCard
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.conditions import Conditions, Statistics
from bakeoff.summary.differences import Pair
from bakeoff.summary.document import Summary
from bakeoff.summary.hardest_rows import HardRow, RowPrediction
from bakeoff.summary.provenance import Provenance
from bakeoff.summary.spending import Spending
from bakeoff.summary.verdict import Verdict
from tests.support import summary_parts as parts
from tests.support.curve_samples import more_labels
from tests.support.slice_samples import slices_of

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(2)>",
    "{{ 7 * 7 }} $\\alpha$ ]]> & \"quoted\" 'single'",
    "🤖 emoji 👩🏽‍🔬",
    "עברית ثم العربية",
    "turned \u202e round\u0000\u0007",
)
"""Hostile content of a text, a label or a reason."""

_REVIEWS = (
    "a gorgeous , high-spirited musical from india that exquisitely blends music , dance , song , "
    "and high drama .",
    "it's not that kung pow isn't funny some of the time -- it just isn't any funnier than bad "
    "martial arts movies are all by themselves , without all oedekerk's impish augmentation .",
    "provides a porthole into that noble , trembling incoherence that defines us all .",
    "not for everyone , but for those with whom it will connect , it's a nice departure from "
    "standard moviegoing fare .",
)
_FINGERPRINT = "7d578836833c8374d4919854477ac579695310becaccacf3dca47ad19b98c12b"
_CONDITIONS: Mapping[str, Any] = {
    "dataset": "cornell-movie-review-data/rotten_tomatoes",
    "dataset_revision": "aa13bc287fa6fcab6daf52f0dfb9994269ffea28",
    "dataset_fingerprint": _FINGERPRINT,
    "task": "binary",
    "task_reason": "The column 'label_text' has 2 different labels.",
    "labels": ["neg", "pos"],
    "positive_label": "pos",
    "text_columns": ["text"],
    "label_columns": ["label_text"],
    "rows": {"train": 2000, "validation": 222, "test": 1000},
    "main_metric": "f1",
    "main_metric_direction": "higher",
}
_PROVENANCE: Mapping[str, Any] = {
    "run": "9f2d283a12040668",
    "name": "rt-polarity",
    "requested_at": "2026-11-25T04:41:40.213Z",
    "request_key": "requests/rt-polarity.json",
    "execution_arn": "arn:aws:states:eu-central-1:111122223333:execution:Bakeoff:17793124",
    "experiment": "rt-polarity-9f2d283a12040668",
    "library_versions": {"torch": "2.9.0", "transformers": "5.3.0", "datasets": "4.5.0"},
    "devices": ["NVIDIA A10G", "Intel Xeon Platinum 8259CL, 4 threads"],
    "request": {"name": "rt-polarity", "seeds": [1, 2, 3], "models": [{"id": "a/b"}]},
}
_STATISTICS = Statistics(
    confidence=0.95,
    resamples=2000,
    seed=1,
    notes=["With 3 seeds the intervals know little of the luck of training."],
)


def binary() -> Summary:
    """Five candidates, two of them baselines, three seeds; the first three are tied."""
    minilm = "sentence-transformers/all-MiniLM-L6-v2"
    candidates = [
        parts.candidate(
            "all-minilm-l6-v2-9f92a6", minilm, 1, 0.803,
            name="all-MiniLM-L6-v2 (full)", is_tied=True,
        ),
        parts.candidate(
            "all-minilm-l6-v2-lora-805562", minilm, 2, 0.799,
            name="all-MiniLM-L6-v2 (lora)", method="lora", is_tied=True, millions=22.9,
        ),
        parts.candidate(
            "tfidf-eb0e71", "baseline/tfidf", 3, 0.795,
            method="tfidf", seeds=(1,), is_tied=True, millions=0.14,
        ),
        parts.candidate(
            "untrained-roberta-4d5325", "s3://bucket/uploads/0a1b/untrained-roberta/", 4, 0.648,
            millions=3.5,
        ),
        parts.candidate(
            "majority-c84bf9", "baseline/majority", 5, 0.334,
            method="majority", seeds=(1,), millions=0.000002,
        ),
    ]  # fmt: skip
    verdict = Verdict(
        sentences=[
            "all-MiniLM-L6-v2 (full) has the best F1 on 1,000 test rows: 0.803 [0.790, 0.816].",
            "all-MiniLM-L6-v2 (lora) and baseline/tfidf are statistically tied with it.",
            "Of these, baseline/tfidf is the cheapest, the fastest and the smallest.",
            "baseline/tfidf, a baseline, is among them: you may not need a transformer.",
            "It would take about 24,000 test rows instead of 1,000 to separate the first two.",
        ],
        best="all-minilm-l6-v2-9f92a6",
        tied=[one.candidate for one in candidates[:3]],
        cheapest="tfidf-eb0e71",
        fastest="tfidf-eb0e71",
        smallest="tfidf-eb0e71",
        has_tied_baseline=True,
        is_test_too_small=True,
        rows_to_separate=24000,
    )
    return Summary(
        verdict=verdict,
        candidates=candidates,
        pairs=parts.pairs_of(candidates),
        hardest_rows=parts.hard_rows(candidates, ["neg", "pos"], _REVIEWS),
        suspect_labels=parts.suspects(["tfidf-eb0e71"], ["neg", "pos"], _REVIEWS),
        more_labels=more_labels(candidates[0].candidate, candidates[1].candidate),
        slices=slices_of(candidates, ["neg", "pos"], {"country": ["US", "GB", "IN"]}),
        conditions=Conditions(**_CONDITIONS),
        statistics=_STATISTICS,
        spending=parts.spending(candidates),
        provenance=Provenance(**_PROVENANCE),
    )


_TOPICS = (
    "card", "transfer", "top_up", "exchange", "refund", "cash_withdrawal", "identity", "pin",
    "direct_debit_payment", "virtual_card", "balance",
)  # fmt: skip
_TROUBLES = (
    "not_working", "declined", "pending", "not_recognised", "fee_charged",
    "not_updated_after_cheque_or_cash_deposit", "limits",
)  # fmt: skip
LABELS = [*HOSTILE, *(f"{topic}_{trouble}" for topic in _TOPICS for trouble in _TROUBLES)][:77]
_MODELS = (
    ("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", 118),
    ("a-very-long-organisation-name-on-the-hub/deberta-v3-large-mnli-fever-anli-ling-wanli", 435),
    ("distilbert/distilroberta-base", 82),
    ("google/electra-small-discriminator", 13.5),
    ("FacebookAI/xlm-roberta-large", 560),
    ("microsoft/MiniLM-L12-H384-uncased", 33),
)


def multiclass() -> Summary:
    """77 labels, 20 candidates (2 failed), 5 seeds, 10 epochs, hostile texts and labels."""
    random = Random(7)
    means = [0.921 - 0.006 * i - random.uniform(0, 0.004) for i in range(17)] + [0.0003]
    candidates = [
        *(_intent_candidate(i, mean, means[0]) for i, mean in enumerate(means)),
        parts.failed("gated-123abc", "meta/gated", f"The model is gated. {' '.join(HOSTILE)}"),
        parts.failed("large-456def", "meta/large", "CUDA out of memory at 1 row a batch. " * 4),
    ]
    best = candidates[0]
    base = binary()
    return base.model_copy(
        update={
            "verdict": Verdict(
                sentences=[
                    f"{best.candidate} has the best F1 on 3,080 test rows: 0.918 [0.905, 0.931].",
                    "3 of the other 17 candidates are statistically tied with it.",
                ],
                best=best.candidate,
                tied=[one.candidate for one in candidates[:4]],
                cheapest=candidates[3].candidate,
                fastest=candidates[3].candidate,
                smallest=candidates[3].candidate,
            ),
            "candidates": candidates,
            "pairs": parts.pairs_of(candidates),
            "hardest_rows": parts.hard_rows(candidates, LABELS, [*HOSTILE, *_REVIEWS] * 2),
            "suspect_labels": parts.suspects(
                [candidates[0].candidate, candidates[1].candidate],
                LABELS,
                [*HOSTILE, *_REVIEWS] * 6,
            ),
            "more_labels": more_labels(candidates[0].candidate, candidates[1].candidate),
            "slices": slices_of(
                candidates[:18], LABELS, {HOSTILE[0]: HOSTILE, "x" * 200: ["y" * 200, "=1+1"]}
            ),
            "conditions": _conditions(
                dataset="PolyAI/banking77",
                task="multiclass",
                task_reason="The column 'label_text' has 77 different labels.",
                labels=LABELS,
                positive_label=None,
                rows={"train": 9002, "validation": 1001, "test": 3080},
            ),
            "spending": parts.spending(candidates),
            "provenance": _provenance(name="banking77", request={"label": HOSTILE[0]}),
        }
    )


def _intent_candidate(i: int, mean: float, best: float) -> CandidateSummary:
    method = {15: "tfidf", 17: "majority"}.get(i, ("full", "lora", "frozen")[i // 6])
    is_baseline = method in ("tfidf", "majority")
    model, millions = _MODELS[i % 6]
    last = model.rsplit("/", 1)[-1]
    return parts.candidate(
        f"{method if is_baseline else last.lower()[:24]}-{i:06x}",
        f"baseline/{method}" if is_baseline else model,
        i + 1,
        mean,
        name=f"baseline/{method}" if is_baseline else f"{last} ({method})",
        method=method,
        millions=0.1 if is_baseline else millions * (1 + 0.03 * i),
        seeds=(1, 2, 3, 4, 5) if method in ("full", "lora") else (1,),
        best=best,
        is_tied=i < 4,
        labels=LABELS,
        confusion_labels=[*LABELS[:19], "other"],
        rows=3080,
        epochs=10,
    )


def regression() -> Summary:
    """Pairs of texts, RMSE, a single seed; neither prices nor a cost plan."""
    base = binary()
    errors = (0.812, 0.829, 1.31, 1.34, 1.52)
    candidates = [_regressed(one, rmse) for one, rmse in zip(base.candidates, errors, strict=True)]
    return base.model_copy(
        update={
            "verdict": Verdict(
                sentences=["all-MiniLM-L6-v2 has the best RMSE on 1,000 test rows: 0.812."],
                best=candidates[0].candidate,
                tied=[one.candidate for one in candidates[:2]],
            ),
            "candidates": candidates,
            "pairs": [_error_pair(pair) for pair in parts.pairs_of(candidates, "rmse")],
            "hardest_rows": [_far_off_row(candidates)],
            "suspect_labels": None,
            "more_labels": None,
            "slices": slices_of(candidates, [], {}, "rmse", "rmse"),
            "conditions": _conditions(
                dataset="stsb",
                task="regression",
                task_reason="The column 'score' has numbers with fractions, as 0.067.",
                labels=[],
                positive_label=None,
                text_columns=["sentence1", "sentence2"],
                label_columns=["score"],
                main_metric="rmse",
                main_metric_direction="lower",
            ),
            "spending": Spending(plan=None, billable_seconds=None, cost_usd=None),
            "provenance": _provenance(name="stsb"),
        }
    )


def _regressed(one: CandidateSummary, rmse: float) -> CandidateSummary:
    random = Random(one.candidate)
    metrics = {
        "rmse": parts.metric(rmse, (1,), random, 0.03),
        "mae": parts.metric(rmse * 0.8, (1,), random, 0.03),
        "pearson": parts.metric(max(0.0, 1 - rmse / 1.52), (1,), random, 0.02),
    }
    validation = {name: parts.lower(value, 0.0) for name, value in metrics.items()}
    owned = parts.ownership(22.7, one.is_baseline, has_prices=False)
    return one.model_copy(
        update={
            "metrics": metrics,
            "validation": validation,
            "seeds": [1],
            "seeds_completed": [1],
            "jobs": [parts.job(1, metrics, validation, owned)],
            "is_tied": one.rank in (1, 2),
            "confusion": None,
            "label_scores": [],
            "decisions": None,
            "fit": parts.fit(one.candidate, rmse),
            "ownership": owned,
        }
    )


def _error_pair(pair: Pair) -> Pair:
    return pair.model_copy(update={"mcnemar_p_value": None})


def _far_off_row(candidates: list[CandidateSummary]) -> HardRow:
    return HardRow(
        id=17,
        texts=["A man is playing a flute.", "A person plays an instrument."],
        label="4.2",
        wrong_share=1.873,
        predictions=[
            RowPrediction(candidate=one.candidate, predicted=f"{2 + i / 7:.2f}", confidence=None)
            for i, one in enumerate(candidates)
        ],
    )


def all_failed() -> Summary:
    """Two candidates without a result, of a run whose data could not be read."""
    return binary().model_copy(
        update={
            "verdict": Verdict(sentences=["All 2 candidates failed."], best=None),
            "candidates": [
                parts.failed("one-111111", "org/one", "There is no such model."),
                parts.failed("two-222222", "org/two", "The quota is 0."),
            ],
            "pairs": [],
            "hardest_rows": [],
            "suspect_labels": None,
            "more_labels": None,
            "slices": None,
            "conditions": _conditions(
                task=None, task_reason=None, labels=[], rows={}, main_metric=None,
                main_metric_direction=None,
            ),
            "spending": Spending(plan=None, billable_seconds=0, cost_usd=None),
        }
    )  # fmt: skip


def single() -> Summary:
    """One candidate with one seed, without predictions and so without intervals."""
    base = binary()
    alone = base.candidates[0]
    metrics = {
        name: value.model_copy(update={"interval": None, "std": None, "by_seed": {1: value.mean}})
        for name, value in alone.metrics.items()
        if name in METRIC_NAMES
    }
    return base.model_copy(
        update={
            "verdict": Verdict(
                sentences=["all-MiniLM-L6-v2 has the best F1: 0.803."], best=alone.candidate,
                tied=[alone.candidate],
            ),
            "candidates": [
                alone.model_copy(
                    update={
                        "metrics": metrics, "confusion": None, "label_scores": [],
                        "decisions": None,
                        "seeds": [1], "seeds_completed": [1], "jobs": alone.jobs[:1],
                    }
                )
            ],
            "pairs": [],
            "hardest_rows": [],
            "suspect_labels": None,
            "more_labels": None,
            "slices": None,
        }
    )  # fmt: skip


def card(summary: Summary) -> DataCard:
    """The data card that goes with it."""
    models = [one.candidate for one in summary.candidates if not one.is_baseline]
    return DataCard.from_object(parts.data_card(summary.conditions.labels, models))


def _conditions(**changes: Any) -> Conditions:
    return Conditions(**{**_CONDITIONS, **changes})


def _provenance(**changes: Any) -> Provenance:
    return Provenance(**{**_PROVENANCE, **changes})
