"""jobs.csv: one row per training job, with its recipe; every metric of it is in metrics.csv.

Screening jobs have no rows: each measures several candidates.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

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
    ColumnType,
)
from bakeoff.summary.comparison_columns import SCORE_METRICS
from bakeoff.summary.document import Summary
from bakeoff.summary.job import JobSummary
from bakeoff.summary.learning_rates import compactly
from bakeoff.summary.ownership import Ownership


@dataclass(frozen=True)
class JobRow:
    summary: Summary
    candidate: CandidateSummary
    job: JobSummary

    @property
    def run(self) -> str:
        return self.summary.provenance.run


def jobs_rows(summary: Summary) -> Iterator[JobRow]:
    """In the order of the ranks; of a candidate first its rungs, then its jobs in the order of the
    request's seeds."""
    return (
        JobRow(summary, candidate, job)
        for candidate in summary.candidates
        for job in [*candidate.rung_jobs, *candidate.jobs]
    )


def _learning_rate(row: JobRow) -> Cell:
    if row.job.learning_rate is not None:
        return row.job.learning_rate
    rate: Cell = row.candidate.hyperparameters.get("learning_rate")
    return rate


def _score(row: JobRow) -> Cell:
    return row.job.test.get(row.summary.conditions.main_metric or "")


def _test(metric: str) -> Callable[[JobRow], Cell]:
    return lambda row: row.job.test.get(metric)


def _hyperparameter(name: str, kind: ColumnType, unit: str, meaning: str) -> Column[JobRow]:
    return Column(name, kind, unit, meaning, lambda row: row.candidate.hyperparameters.get(name))


def _owned(name: str, kind: ColumnType, unit: str, meaning: str) -> Column[JobRow]:
    def value(row: JobRow) -> Cell:
        found: Cell = getattr(row.job.ownership, name)
        return found

    assert name in Ownership.model_fields, name
    return Column(name, kind, unit, meaning, value)


_JOB: tuple[Column[JobRow], ...] = (
    Column(
        "seed",
        "integer",
        "",
        "The seed of the classification head, of dropout and of the batches' order",
        lambda row: row.job.seed,
    ),
    Column(
        "job_name",
        "text",
        "",
        "The SageMaker training job; empty if none could be started",
        lambda row: row.job.job_name,
    ),
    Column(
        "status",
        "text",
        "",
        "`completed`; `failed`; `stopped`: by a limit or by hand; `missing`: no job, or no record "
        "of it",
        lambda row: row.job.status,
    ),
    Column(
        "reason",
        "text",
        "",
        "What went wrong, and what to do; empty if nothing did",
        lambda row: row.job.reason,
    ),
    Column(
        "attempts",
        "integer",
        "",
        "Jobs that were started for it: the result's own, and those before it that found no "
        "capacity or met an internal error of SageMaker",
        lambda row: row.job.attempts,
    ),
)

_SCORES: tuple[Column[JobRow], ...] = (
    Column(
        "main_metric",
        "text",
        "",
        "The metric that ranks the candidates, measured on test",
        lambda row: row.summary.conditions.main_metric,
    ),
    Column("score", "number", "as the main metric", "The main metric on test", _score),
    *(
        Column(metric.name, "number", metric.unit, f"{metric.meaning}; on test", _test(metric.name))
        for metric in SCORE_METRICS
    ),
    Column(
        "threshold",
        "number",
        "0 to 1",
        "`multilabel`: the probability from which a label is assigned, chosen on validation",
        lambda row: row.job.threshold,
    ),
    Column(
        "best_epoch",
        "integer",
        "epochs",
        "The best epoch on validation",
        lambda row: row.job.best_epoch,
    ),
)

_RECIPE = (
    Column(
        "learning_rate",
        "number",
        "",
        "The highest learning rate, reached after warm-up: the best of those tried",
        _learning_rate,
    ),
    _hyperparameter("epochs", "integer", "epochs", "Passes over the training rows"),
    _hyperparameter(
        "train_batch_size",
        "integer",
        "rows",
        "Rows per training step; empty where `train_batch_tokens` is given",
    ),
    _hyperparameter("train_batch_tokens", "integer", "tokens", "Tokens per training step"),
    _hyperparameter("eval_batch_size", "integer", "rows", "Rows per evaluation step"),
    _hyperparameter("batching", "text", "", "`length`: similar lengths share a batch; `random`"),
    _hyperparameter("max_length", "integer", "tokens", "The length at which texts were cut"),
    _hyperparameter("warmup_steps", "integer", "steps", "Steps of warm-up, if given as steps"),
    _hyperparameter("warmup_ratio", "number", "0 to 1", "Share of all steps, if given as a share"),
    _hyperparameter("schedule", "text", "", "How the learning rate falls: `linear` or `cosine`"),
    _hyperparameter("weight_decay", "number", "", "AdamW's weight decay"),
    _hyperparameter(
        "max_grad_norm", "number", "", "The norm to which gradients were clipped; 0: not clipped"
    ),
    _hyperparameter("label_smoothing", "number", "0 to 1", "Label smoothing"),
    _hyperparameter("class_weights", "text", "", "`balanced`, or empty: all rows weigh the same"),
    _hyperparameter(
        "early_stopping_patience",
        "integer",
        "epochs",
        "Epochs without a better main metric after which training ends; empty: never",
    ),
    _hyperparameter(
        "checkpoint_steps", "integer", "steps", "Steps between checkpoints within an epoch"
    ),
    _hyperparameter("lora_rank", "integer", "", "Rank of LoRA's matrices"),
    _hyperparameter("lora_alpha", "integer", "", "LoRA's scale"),
    _hyperparameter("lora_dropout", "number", "0 to 1", "Dropout of LoRA's input"),
)

_COURSE: tuple[Column[JobRow], ...] = (
    Column(
        "epochs_trained",
        "number",
        "epochs",
        "Epochs trained: fewer than `epochs` if training stopped early",
        lambda row: row.job.epochs_trained,
    ),
    Column(
        "stopped_early",
        "boolean",
        "",
        "Whether `early_stopping_patience` ended training",
        lambda row: row.job.stopped_early,
    ),
    Column(
        "numeric_precision",
        "text",
        "",
        "The number format of training: `fp32`, `bf16` or `fp16`",
        lambda row: row.job.numeric_precision,
    ),
    Column(
        "micro_batch_size",
        "integer",
        "rows",
        "Rows in memory at once",
        lambda row: row.job.micro_batch_size,
    ),
    Column(
        "gradient_accumulation_steps",
        "integer",
        "",
        "Micro-batches per step: more than 1 where memory ran out and the batch was divided",
        lambda row: row.job.gradient_accumulation_steps,
    ),
    Column(
        "padding_share",
        "number",
        "0 to 1",
        "The share of padding among all tokens processed in training",
        lambda row: row.job.padding_share,
    ),
)

_OWNERSHIP = (
    _owned("num_parameters", "integer", "parameters", "The trained model's size"),
    _owned("model_bytes", "integer", "bytes", "The size of the model's weights on disk"),
    _owned("latency_p50_seconds", "number", "seconds", "Median time from one text to its label"),
    _owned("latency_p95_seconds", "number", "seconds", "95th percentile of that time"),
    _owned("latency_p99_seconds", "number", "seconds", "99th percentile of that time"),
    _owned(
        "inference_rows_per_second_batch_1", "number", "rows", "Texts labelled per second, singly"
    ),
    _owned(
        "inference_rows_per_second_batch_32", "number", "rows", "The same in batches of 32 texts"
    ),
    _owned(
        "tokens_per_text",
        "number",
        "tokens",
        "Mean over test texts, cut to `max_length`; empty for models without tokens",
    ),
    _owned("train_peak_bytes", "integer", "bytes", "Peak memory in training"),
    _owned("inference_peak_bytes", "integer", "bytes", "Peak memory in inference"),
    _owned(
        "memory_of",
        "text",
        "",
        "Which memory the peaks are of. `process`: the whole process; `gpu`: the process's share "
        "of the GPU's",
    ),
    _owned("train_rows_per_second", "number", "rows", "Rows trained on per second"),
    _owned("training_seconds", "number", "seconds", "The job's duration, from download to upload"),
    _owned(
        "billable_seconds", "integer", "seconds", "Seconds that AWS bills; fewer on spot instances"
    ),
    _owned(
        "price_usd_per_hour",
        "number",
        "US dollars",
        "The instance type's price on demand when the run began; empty if it is not known",
    ),
    _owned(
        "cost_usd",
        "number",
        "US dollars",
        "`billable_seconds` at this price, and a hosted model's tokens at theirs",
    ),
    _owned(
        "usd_per_million_predictions",
        "number",
        "US dollars",
        "Cost of a million texts at this price and the higher of the two rates above; of a hosted "
        "model that of its tokens",
    ),
    _owned("instance_type", "text", "", "The SageMaker instance type"),
    _owned("device", "text", "", "The processor that trained, as the job saw it"),
)

_RECORDS: tuple[Column[JobRow], ...] = (
    Column(
        "chosen",
        "text",
        "",
        "What `frozen`, `prompt`, `static`, `zeroshot` or a baseline chose on validation, and how "
        "the features of the texts were made, as JSON",
        lambda row: json.dumps(row.job.chosen, sort_keys=True) if row.job.chosen else None,
    ),
    Column(
        "notes",
        "text",
        "",
        "What the job recorded, such as that memory ran out",
        lambda row: " ".join(row.job.notes) or None,
    ),
    Column(
        "model_artifact_uri",
        "text",
        "",
        "The trained model, a model.tar.gz",
        lambda row: row.job.model_artifact_uri,
    ),
    Column(
        "output_uri",
        "text",
        "",
        "output.tar.gz: metrics.json and the test predictions",
        lambda row: row.job.output_uri,
    ),
)

_STAGE: tuple[Column[JobRow], ...] = (
    Column(
        "stage",
        "text",
        "",
        "`final`, or `rung`: a part of the training, which scores no test",
        lambda row: row.job.stage,
    ),
    Column(
        "wave",
        "integer",
        "",
        "The pass of the race that the job belongs to, from 1",
        lambda row: row.job.wave,
    ),
    Column(
        "learning_rates_tried",
        "text",
        "",
        "Each learning rate that this job tried with its main metric on validation, as "
        "`5e-05=0.861`; no number where training diverged",
        lambda row: compactly(row.job.learning_rate_trials),
    ),
    Column(
        "steps_planned",
        "integer",
        "steps",
        "Steps of a whole training",
        lambda row: row.job.steps_planned,
    ),
    Column(
        "steps_trained",
        "integer",
        "steps",
        "Steps that the learning rate used was trained for, in this and earlier stages",
        lambda row: row.job.steps_trained,
    ),
    Column(
        "validation_standard_error",
        "number",
        "as the main metric",
        "Standard error of the main metric on validation, by a bootstrap over its rows",
        lambda row: row.job.validation_standard_error,
    ),
    Column(
        "majority_p_value",
        "number",
        "0 to 1",
        "P-value, on validation, of being better than one answer for all rows",
        lambda row: row.job.majority_p_value,
    ),
    _owned("train_tokens", "integer", "tokens", "Tokens processed in training, trials included"),
    _owned("cpu_seconds", "number", "seconds", "Processor time of training"),
    Column(
        "temperature",
        "number",
        "",
        "What logits are divided by for the best probabilities on validation; above 1 the model "
        "was too sure",
        lambda row: row.job.temperature,
    ),
    Column(
        "target_threshold",
        "number",
        "0 to 1",
        "The probability from which on the positive label reaches the request's `target` on "
        "validation; empty without a target, and if none is high enough",
        lambda row: row.job.target_threshold,
    ),
    _hyperparameter(
        "prompt_examples",
        "integer",
        "rows",
        "Train rows that a prompt shows; empty where validation chose: see `chosen`",
    ),
    _owned(
        "inference_other_cpus",
        "number",
        "processors",
        "What other programs used while inference was measured, on average: times beside busy "
        "programs are too long",
    ),
    _owned(
        "machine",
        "text",
        "",
        "What SageMaker called the machine that ran the job: the instance type, or `local` in the "
        "local cloud",
    ),
    _owned(
        "input_tokens",
        "integer",
        "tokens",
        "What a hosted model was asked, on validation and test; empty for other models",
    ),
    _owned("output_tokens", "integer", "tokens", "What it answered"),
    _owned(
        "unusable_answers",
        "integer",
        "rows",
        "Its answers on test that say nothing, such as a refusal; they count as wrong",
    ),
)

JOBS_COLUMNS: tuple[Column[JobRow], ...] = (
    VERSION,
    CANDIDATE,
    NAME,
    MODEL,
    METHOD,
    *_JOB,
    *_SCORES,
    *_RECIPE,
    *_COURSE,
    *_OWNERSHIP,
    *_RECORDS,
    RUN,
    *_STAGE,
)
