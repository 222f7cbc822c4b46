"""comparison.csv: one row per candidate, the best first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bakeoff.metrics import METRICS, PROBABILITY_METRICS
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.columns import (
    CANDIDATE,
    METHOD,
    MODEL,
    NAME,
    RUN,
    VERSION,
    Cell,
    Column,
)
from bakeoff.summary.document import Summary
from bakeoff.summary.learning_rates import compactly
from bakeoff.summary.metric_summary import MetricSummary
from bakeoff.summary.ownership import Ownership

SCORE_METRICS = METRICS[:5]
"""Loss, accuracy, F1, precision and recall: they have columns of their own in the wide tables."""


@dataclass(frozen=True)
class CandidateRow:
    summary: Summary
    candidate: CandidateSummary

    @property
    def run(self) -> str:
        return self.summary.provenance.run

    @property
    def score(self) -> MetricSummary | None:
        """The main metric on test; None without a result."""
        return self.candidate.metrics.get(self.summary.conditions.main_metric or "")


def comparison_rows(summary: Summary) -> Iterator[CandidateRow]:
    return (CandidateRow(summary, candidate) for candidate in summary.candidates)


def _score_end(row: CandidateRow, end: str) -> Cell:
    interval = row.score.interval if row.score else None
    return getattr(interval, end) if interval else None


def _mean(metric: str) -> Callable[[CandidateRow], Cell]:
    def value(row: CandidateRow) -> Cell:
        found = row.candidate.metrics.get(metric)
        return found.mean if found else None

    return value


def _versus(field: str) -> Callable[[CandidateRow], Cell]:
    def value(row: CandidateRow) -> Cell:
        versus = row.candidate.versus_best
        found: float | None = getattr(versus, field) if versus else None
        return found

    return value


def _rows(split: str) -> Callable[[CandidateRow], Cell]:
    return lambda row: row.summary.conditions.rows.get(split)


def _recipe(name: str) -> Callable[[CandidateRow], Cell]:
    return lambda row: row.candidate.hyperparameters.get(name)


def _owned(value: Callable[[Ownership], Cell]) -> Callable[[CandidateRow], Cell]:
    return lambda row: value(row.candidate.ownership)


COMPARISON_COLUMNS: tuple[Column[CandidateRow], ...] = (
    VERSION,
    Column(
        "rank",
        "integer",
        "",
        "1 is the best; empty without a score on test",
        lambda row: row.candidate.rank,
    ),
    CANDIDATE,
    NAME,
    MODEL,
    Column(
        "requested_as",
        "text",
        "",
        "The model as the request named it, such as the folder that was uploaded",
        lambda row: row.candidate.requested_as,
    ),
    Column(
        "model_revision",
        "text",
        "",
        "The revision that was trained: a commit on the hub",
        lambda row: row.candidate.model_revision,
    ),
    METHOD,
    Column(
        "status",
        "text",
        "",
        "`completed`: every seed has a result; `partial`: some have; `failed`: none has; "
        "`screened`: it dropped out without training; `stopped`: it dropped out after a part of "
        "its training",
        lambda row: row.candidate.status,
    ),
    Column(
        "reason",
        "text",
        "",
        "What went wrong, and what to do, or why it dropped out; else empty",
        lambda row: row.candidate.reason,
    ),
    Column(
        "main_metric",
        "text",
        "",
        "The metric that ranks the candidates, measured on test",
        lambda row: row.summary.conditions.main_metric,
    ),
    Column(
        "main_metric_direction",
        "text",
        "",
        "Whether a `higher` or a `lower` score is better",
        lambda row: row.summary.conditions.main_metric_direction,
    ),
    Column(
        "score",
        "number",
        "as the main metric",
        "The main metric on test, mean over the completed seeds",
        lambda row: row.score.mean if row.score else None,
    ),
    Column(
        "score_low",
        "number",
        "as the main metric",
        "The lower end of the score's confidence interval",
        lambda row: _score_end(row, "low"),
    ),
    Column(
        "score_high",
        "number",
        "as the main metric",
        "The upper end of the score's confidence interval",
        lambda row: _score_end(row, "high"),
    ),
    Column(
        "tied",
        "boolean",
        "",
        "Whether its difference from the best is not significant; true for the best; empty if it "
        "was not compared",
        lambda row: row.candidate.is_tied,
    ),
    Column(
        "difference",
        "number",
        "as the main metric",
        "Its score minus that of the best, on the same test rows; empty for the best",
        _versus("difference"),
    ),
    Column(
        "p_value_adjusted",
        "number",
        "0 to 1",
        "The two-sided p-value of the difference, after Holm's correction over all candidates",
        _versus("p_value_adjusted"),
    ),
    *(
        Column(
            metric.name,
            "number",
            metric.unit,
            f"{metric.meaning}; on test, mean over the completed seeds",
            _mean(metric.name),
        )
        for metric in SCORE_METRICS
    ),
    Column(
        "seeds",
        "integer",
        "seeds",
        "Planned training jobs that score test, one for each seed",
        lambda row: len(row.candidate.seeds),
    ),
    Column(
        "seeds_completed",
        "integer",
        "seeds",
        "Seeds with a result",
        lambda row: len(row.candidate.seeds_completed),
    ),
    Column("train_rows", "integer", "rows", "Rows to train on, in each epoch", _rows("train")),
    Column(
        "validation_rows",
        "integer",
        "rows",
        "Rows that chose the best epoch",
        _rows("validation"),
    ),
    Column("test_rows", "integer", "rows", "Rows scored, once, at the end", _rows("test")),
    Column(
        "learning_rate",
        "number",
        "",
        "The highest learning rate, reached after warm-up: the best of those tried",
        _recipe("learning_rate"),
    ),
    Column("epochs", "integer", "epochs", "Passes over the training rows", _recipe("epochs")),
    Column(
        "best_epoch",
        "number",
        "epochs",
        "The best epoch on validation, mean over the completed seeds",
        lambda row: row.candidate.best_epoch,
    ),
    Column(
        "max_length",
        "integer",
        "tokens",
        "The length at which texts were cut",
        _recipe("max_length"),
    ),
    Column(
        "num_parameters",
        "integer",
        "parameters",
        "The trained model's size",
        _owned(lambda owned: owned.num_parameters),
    ),
    Column(
        "model_bytes",
        "integer",
        "bytes",
        "The size of the model's weights on disk",
        _owned(lambda owned: owned.model_bytes),
    ),
    Column(
        "latency_p50_seconds",
        "number",
        "seconds",
        "Median time from one text to its label",
        _owned(lambda owned: owned.latency_p50_seconds),
    ),
    Column(
        "inference_rows_per_second",
        "number",
        "rows",
        "Texts labelled per second, one by one or in batches of 32, whichever is faster",
        _owned(lambda owned: owned.inference_rows_per_second),
    ),
    Column(
        "training_seconds",
        "number",
        "seconds",
        "Mean duration of a completed training job",
        _owned(lambda owned: owned.training_seconds),
    ),
    Column(
        "cost_usd",
        "number",
        "US dollars",
        "Cost of the billed seconds of all its training jobs, at the on-demand price, its share of "
        "the screening jobs', and a hosted model's tokens",
        _owned(lambda owned: owned.cost_usd),
    ),
    Column(
        "usd_per_million_predictions",
        "number",
        "US dollars",
        "Cost of a million texts at `inference_rows_per_second` and the on-demand price; of a "
        "hosted model that of its tokens",
        _owned(lambda owned: owned.usd_per_million_predictions),
    ),
    Column(
        "warnings",
        "text",
        "",
        "Warnings from preparing and training the model",
        lambda row: " ".join(row.candidate.warnings) or None,
    ),
    RUN,
    Column(
        "marks",
        "text",
        "",
        "What to know before its score is believed: `still_improving`, `learnt_nothing`, "
        "`few_validation_rows`, separated by spaces",
        lambda row: " ".join(mark.kind for mark in row.candidate.marks) or None,
    ),
    Column(
        "learning_rates_tried",
        "text",
        "",
        "Each learning rate tried with its main metric on validation, as `5e-05=0.861`; no number "
        "where training diverged; empty if none were tried",
        lambda row: compactly(row.candidate.learning_rate_trials),
    ),
    Column(
        "learning_rate_gain",
        "number",
        "as the main metric",
        "How much better the rate used scored on validation than the middle one of those tried",
        lambda row: row.candidate.learning_rate_gain,
    ),
    Column(
        "stage",
        "text",
        "",
        "The last stage that it entered: `screening`, `rung` or `final`",
        lambda row: row.candidate.stage,
    ),
    Column(
        "screening_rank",
        "integer",
        "",
        "Its place in the screening; 1 is the best; empty without one",
        lambda row: row.candidate.screening_rank,
    ),
    Column(
        "stage_validation",
        "number",
        "as the main metric",
        "The main metric on validation at the end of the rung in which it dropped out",
        lambda row: row.candidate.stage_validation,
    ),
    Column(
        "billable_seconds",
        "integer",
        "seconds",
        "Seconds that AWS bills for all its training jobs, and its share of the screening jobs'",
        _owned(lambda owned: owned.billable_seconds),
    ),
    Column(
        "train_tokens",
        "integer",
        "tokens",
        "Tokens processed in training with their padding, in all its jobs and trials",
        _owned(lambda owned: owned.train_tokens),
    ),
    *(
        Column(
            metric.name,
            "number",
            metric.unit,
            f"{metric.meaning}; on test, mean over the completed seeds",
            _mean(metric.name),
        )
        for metric in PROBABILITY_METRICS
    ),
    Column(
        "input_tokens",
        "integer",
        "tokens",
        "What a hosted model was asked, on validation and test; empty for other models",
        _owned(lambda owned: owned.input_tokens),
    ),
    Column(
        "output_tokens",
        "integer",
        "tokens",
        "What it answered",
        _owned(lambda owned: owned.output_tokens),
    ),
    Column(
        "unusable_answers",
        "integer",
        "rows",
        "Its answers on test that say nothing, such as a refusal; they count as wrong",
        _owned(lambda owned: owned.unusable_answers),
    ),
)
