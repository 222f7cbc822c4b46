"""The sections of a model card on where the model comes from, each a list of lines of Markdown."""

import json
import math

from bakeoff.card.licence import UNKNOWN
from bakeoff.card.markdown import plain, table
from bakeoff.card.public_names import data_name, model_name
from bakeoff.methods import is_baseline
from bakeoff.metrics import spoken_name
from bakeoff.prepared.data_card import DataCard
from bakeoff.report import numbers
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary
from bakeoff.summary.job import JobSummary
from bakeoff.wording import listed

_MOST_LABELS = 100


def training(summary: Summary, candidate: CandidateSummary, job: JobSummary) -> list[str]:
    own, provenance = job.ownership, summary.provenance
    facts: list[tuple[str, str | None]] = [
        ("base model", None if is_baseline(candidate.method) else plain(model_name(candidate))),
        ("revision", candidate.model_revision and plain(candidate.model_revision)),
        ("method", candidate.method),
        ("parameters", _count(own.num_parameters)),
        ("learning rate", None if job.learning_rate is None else f"{job.learning_rate:g}"),
        ("epochs trained", None if job.epochs_trained is None else f"{job.epochs_trained:g}"),
        ("best epoch", None if job.best_epoch is None else str(job.best_epoch)),
        ("optimiser steps", _count(job.steps_trained)),
        ("precision", job.numeric_precision),
        ("hardware", own.device and plain(own.device)),
        ("instance type", own.instance_type),
        ("training seconds", _count(own.training_seconds)),
        ("one text takes", _milliseconds(own.latency_p50_seconds)),
        ("trained at", provenance.requested_at and plain(provenance.requested_at)),
        ("run", provenance.run),
        (
            "libraries",
            listed([f"{name} {version}" for name, version in provenance.library_versions.items()])
            or None,
        ),
    ]
    rows = [[name, value] for name, value in facts if value]
    rows += [[plain(name), plain(_value(value))] for name, value in job.chosen.items()]
    recipe = {name: value for name, value in candidate.hyperparameters.items() if value is not None}
    rows += [
        [plain(name), plain(_value(value))]
        for name, value in recipe.items()
        if name != "learning_rate"
    ]
    lines = ["## Training", "", *table(["", ""], rows)]
    trials = candidate.learning_rate_trials
    if trials:
        metric = summary.conditions.main_metric or ""
        lines += ["", "Learning rates that were tried, by validation:", ""]
        lines += table(
            ["learning rate", spoken_name(metric) if metric else "score"],
            [
                [
                    f"**{each.learning_rate:.3g}**"
                    if each.is_chosen
                    else f"{each.learning_rate:.3g}",
                    numbers.shown(each.validation_score, numbers.metric),
                ]
                for each in trials
            ],
        )
    return lines


def data(summary: Summary, data_card: DataCard | None) -> list[str]:
    conditions = summary.conditions
    facts: list[tuple[str, str | None]] = [
        ("data set", plain(data_name(summary))),
        ("revision", conditions.dataset_revision and plain(conditions.dataset_revision)),
        ("fingerprint of the rows", conditions.dataset_fingerprint),
        ("text", listed([plain(name) for name in conditions.text_columns]) or None),
        ("label", listed([plain(name) for name in conditions.label_columns]) or None),
        ("rows", listed([f"{count:,} {split}" for split, count in conditions.rows.items()])),
        ("rows of train left out, as test has them", _count(conditions.leaked_rows_dropped)),
    ]
    lines = ["## Data", "", *table(["", ""], [[name, value] for name, value in facts if value])]
    split = data_card.splits.get("train") if data_card else None
    balance = split.label_rows if split else []
    if balance:
        lines += ["", "Labels in train:", ""]
        lines += table(
            ["label", "rows", "share"],
            [
                [plain(each.label), f"{each.rows:,}", numbers.share(each.share)]
                for each in balance[:_MOST_LABELS]
            ],
        )
    notes = data_card.notes if data_card else []
    return [*lines, *([""] if notes else []), *(f"- {plain(note)}" for note in notes)]


def limits(summary: Summary, candidate: CandidateSummary, *, license: str | None) -> list[str]:
    known = [
        "The scores hold for texts like those of the test split. How it answers other texts was "
        "not measured.",
    ]
    if candidate.truncated_share:
        known += [
            f"{numbers.share(candidate.truncated_share)} of the test texts are longer than what it "
            "reads, and were cut."
        ]
    known += [mark.sentence for mark in candidate.marks]
    known += candidate.warnings
    known += summary.statistics.notes
    lines = ["## Limits", "", *(f"- {plain(sentence)}" for sentence in known)]
    if license is None and not is_baseline(candidate.method):
        lines += [f"- {UNKNOWN}"]
    return lines


def _count(value: float | None) -> str | None:
    return None if value is None or not math.isfinite(value) else f"{value:,.0f}"


def _milliseconds(seconds: float | None) -> str | None:
    return None if seconds is None else numbers.milliseconds(seconds)


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
