"""The columns of the result tables: the one place that defines them.

`docs/results.md` is made from these definitions, and pipelines downstream read the files: a new
column goes at the end; taking one away or changing its meaning raises SCHEMA_VERSION.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bakeoff.metrics import METRICS, TASKS, Metric

SCHEMA_VERSION = 3

ColumnType = Literal["text", "integer", "number", "boolean"]


@dataclass(frozen=True)
class Column:
    """A column of a table; `unit` is empty for what has none. Empty cells mean "unknown"."""

    name: str
    type: ColumnType
    unit: str
    meaning: str


# The metrics that had columns before the others; those of the others come at the end.
_FIRST_METRICS = METRICS[:5]
_LATER_METRICS = METRICS[5:]


def _metric_columns(
    metrics: Sequence[Metric], prefix: str, suffix: str, meaning: str
) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=f"{prefix}{metric.name}{suffix}",
            type="number",
            unit=metric.unit,
            meaning=f"{metric.meaning}; {meaning}",
        )
        for metric in metrics
    )


def _candidate_metrics(metrics: Sequence[Metric]) -> tuple[Column, ...]:
    return (
        *_metric_columns(metrics, "", "", "on test, mean over the completed seeds"),
        *_metric_columns(
            metrics,
            "",
            "_std",
            "on test, sample standard deviation over the seeds, empty for fewer than two",
        ),
        *_metric_columns(
            metrics,
            "validation_",
            "",
            "on validation, at the best epoch, mean over the completed seeds",
        ),
    )


def _job_metrics(metrics: Sequence[Metric]) -> tuple[Column, ...]:
    return (
        *_metric_columns(metrics, "", "", "on test"),
        *_metric_columns(metrics, "validation_", "", "on validation, at the best epoch"),
    )


_VERSION = Column("schema_version", "integer", "", "The version of this table's columns")
_CANDIDATE = Column(
    "candidate", "text", "", "The candidate: model, revision, method and its own hyperparameters"
)
_MODEL = Column(
    "model",
    "text",
    "",
    "The model's hub id or S3 URI, as in the request; `baseline/METHOD` for baselines",
)
_REVISION = Column("model_revision", "text", "", "What was trained: on the hub a commit")
_REASON = Column("reason", "text", "", "What went wrong, and what to do; empty if nothing did")

_CONDITIONS = (
    Column("main_metric", "text", "", "The metric that ranks, measured on test"),
    Column("main_metric_direction", "text", "", "`higher` or `lower`: which is better"),
    Column(
        "average",
        "text",
        "",
        "Of f1, precision and recall: `binary`: of the positive label; `macro`: mean over labels; "
        "empty where the task has none of them",
    ),
    Column("positive_label", "text", "", "The label that counts as positive, if `binary`"),
    Column("task", "text", "", ", ".join(f"`{task}`" for task in TASKS)),
    Column(
        "num_labels", "integer", "labels", "How many labels the data set has; empty in a regression"
    ),
)

_ROWS = (
    Column("train_rows", "integer", "rows", "Rows trained on, in each epoch"),
    Column("validation_rows", "integer", "rows", "Rows that chose the best epoch"),
    Column("test_rows", "integer", "rows", "Rows that were scored, once, at the end"),
)

_RECIPE = (
    Column("epochs", "integer", "epochs", "Passes over the training rows"),
    Column("learning_rate", "number", "", "The highest learning rate, reached after warm-up"),
    Column(
        "train_batch_size",
        "integer",
        "rows",
        "Rows per step of training; empty where `train_batch_tokens` says it",
    ),
    Column("eval_batch_size", "integer", "rows", "Rows per step of evaluation"),
    Column("warmup_steps", "integer", "steps", "Steps of warm-up, if given as steps"),
    Column("warmup_ratio", "number", "0 to 1", "Share of all steps that warm up, if so given"),
    Column("weight_decay", "number", "", "AdamW's weight decay"),
    Column("max_length", "integer", "tokens", "Where longer texts were cut"),
)

_MODEL_SIZE = (
    Column("num_parameters", "integer", "parameters", "Size of the trained model"),
    Column("model_bytes", "integer", "bytes", "Size of the model's weights on disk"),
)

_MACHINE = (
    Column("instance_type", "text", "", "The SageMaker instance type"),
    Column("device", "text", "", "The processor that trained, as the job itself saw it"),
)

_ORIGIN = (
    Column("dataset", "text", "", "The data set's hub id, or the S3 URI of its training rows"),
    Column("dataset_revision", "text", "", "The commit of the data set; empty if from S3"),
    Column("dataset_fingerprint", "text", "", "Hash of the prepared rows, splits and their order"),
    Column("run", "text", "", "The run: one upload of a request"),
    Column("experiment", "text", "", "The run's SageMaker experiment; empty if not tracked"),
)

_METHOD_AND_DATA = (
    Column(
        "method",
        "text",
        "",
        "`full`, `frozen` or `lora`: how the model was adapted; `majority` or `tfidf`: a baseline",
    ),
    Column("task_reason", "text", "", "Why it is this task"),
    Column("text_columns", "text", "", "The columns of the texts, as a JSON array"),
    Column("label_columns", "text", "", "The columns of the labels, as a JSON array"),
    Column(
        "leaked_rows_dropped",
        "integer",
        "rows",
        "Rows of train that were left out because they also stand in test",
    ),
)

# What a method does not use is empty.
_LATER_RECIPE = (
    Column("schedule", "text", "", "How the learning rate falls: `linear` or `cosine`"),
    Column("max_grad_norm", "number", "", "Norm to which gradients were clipped; 0: not at all"),
    Column("label_smoothing", "number", "0 to 1", "Label smoothing"),
    Column("class_weights", "text", "", "`balanced`, or empty: all rows count the same"),
    Column(
        "early_stopping_patience",
        "integer",
        "epochs",
        "Epochs without a better main metric that end training; empty: none do",
    ),
    Column("checkpoint_steps", "integer", "steps", "Steps between checkpoints within an epoch"),
    Column("batching", "text", "", "`length`: similar ones share a batch; `random`"),
    Column("train_batch_tokens", "integer", "tokens", "Tokens per step of training, if so given"),
    Column("lora_rank", "integer", "", "Rank of LoRA's matrices"),
    Column("lora_alpha", "integer", "", "LoRA's scale"),
    Column("lora_dropout", "number", "0 to 1", "Dropout of LoRA's input"),
)

_BATCHES = (
    Column(
        "numeric_precision",
        "text",
        "",
        "`fp32`, `bf16` or `fp16`: in what numbers training computed",
    ),
    Column("micro_batch_size", "integer", "rows", "Rows at once in memory"),
    Column(
        "gradient_accumulation_steps",
        "integer",
        "",
        "Micro-batches per step: more than 1 where memory ran out and the batch was divided",
    ),
)

_THRESHOLD = "Of `multilabel`: the probability from which a label is given, chosen on validation"
_EPOCHS_TRAINED = "Epochs trained, fewer than `epochs` if stopped early"
_PADDING = "Share of padding among all tokens processed in training"
_SPEED = "Rows trained on per second"

_MEMORY = "Peak memory, as `memory_of` says whose"
_LATENCY = "from one text to its answer, batch of 1"

_OWNERSHIP = (
    Column("inference_rows_per_second_batch_1", "number", "rows", "Texts answered per second"),
    Column(
        "inference_rows_per_second_batch_32", "number", "rows", "The same in batches of 32 texts"
    ),
    Column("latency_p50_seconds", "number", "seconds", f"Median latency {_LATENCY}"),
    Column(
        "latency_p95_seconds", "number", "seconds", f"95th percentile of the latency {_LATENCY}"
    ),
    Column(
        "latency_p99_seconds", "number", "seconds", f"99th percentile of the latency {_LATENCY}"
    ),
    Column(
        "tokens_per_text",
        "number",
        "tokens",
        "Mean over texts of test, cut to `max_length`; empty where there are no tokens",
    ),
    Column("train_peak_bytes", "integer", "bytes", f"{_MEMORY}, in training"),
    Column("inference_peak_bytes", "integer", "bytes", f"{_MEMORY}, in inference"),
    Column(
        "memory_of", "text", "", "`process`: all of the process's; `gpu`: what it took of the GPU's"
    ),
    Column(
        "price_usd_per_hour",
        "number",
        "US dollars",
        "Of the instance type, on demand, as the price list had it when the run began; empty if "
        "it could not be had",
    ),
    Column("cost_usd", "number", "US dollars", "`billable_seconds` at this price"),
    Column(
        "usd_per_million_predictions",
        "number",
        "US dollars",
        "A million texts at this price, one by one or in batches of 32, whichever is faster",
    ),
)

_DIFFERENCE = "The main metric of this candidate less that of the best, on the same test rows"

# What the statistics say: docs/statistics.md.
_STATISTICS = (
    Column("confidence", "number", "0 to 1", "Of the intervals, as the request says"),
    *(
        Column(
            f"{metric.name}_{end}",
            "number",
            metric.unit,
            f"The {end} end of the confidence interval of `{metric.name}` on test",
        )
        for metric in METRICS
        for end in ("low", "high")
    ),
    Column(
        "tied",
        "boolean",
        "",
        "Whether it cannot be told from the best, as the best itself cannot; empty if it was not "
        "compared",
    ),
    Column("difference", "number", "as the main metric", f"{_DIFFERENCE}; empty for the best"),
    Column("difference_low", "number", "as the main metric", "The low end of its interval"),
    Column("difference_high", "number", "as the main metric", "The high end of its interval"),
    Column("p_value", "number", "0 to 1", "Of that difference, two-sided"),
    Column(
        "p_value_adjusted",
        "number",
        "0 to 1",
        "The same after Holm's correction over all candidates that were compared with the best",
    ),
    Column(
        "mcnemar_p_value",
        "number",
        "0 to 1",
        "Of McNemar's exact test of the rows that are right; empty in a regression",
    ),
)

COMPARISON_COLUMNS: tuple[Column, ...] = (
    _VERSION,
    Column("rank", "integer", "", "1 is the best; empty for failed candidates"),
    _CANDIDATE,
    _MODEL,
    _REVISION,
    Column(
        "status",
        "text",
        "",
        "`completed`: a result for every seed; `partial`: for some; `failed`: for none",
    ),
    _REASON,
    *_CONDITIONS,
    *_candidate_metrics(_FIRST_METRICS),
    Column("seeds", "integer", "seeds", "Training jobs planned, one for each seed"),
    Column("seeds_completed", "integer", "seeds", "Seeds with a result"),
    *_ROWS,
    Column("best_epoch", "number", "epochs", "Best epoch on validation; mean over the seeds"),
    *_RECIPE,
    *_MODEL_SIZE,
    Column("training_seconds", "number", "seconds", "Mean duration of a completed training job"),
    Column(
        "billable_seconds",
        "integer",
        "seconds",
        "What AWS bills for all jobs of the candidate, failed ones too, each by its last attempt",
    ),
    *_MACHINE,
    *_ORIGIN,
    *_METHOD_AND_DATA,
    *_candidate_metrics(_LATER_METRICS),
    Column("threshold", "number", "0 to 1", f"{_THRESHOLD}; mean over the seeds"),
    *_LATER_RECIPE,
    Column("epochs_trained", "number", "epochs", f"{_EPOCHS_TRAINED}; mean over the seeds"),
    *_BATCHES,
    Column("padding_share", "number", "0 to 1", f"{_PADDING}; mean over the seeds"),
    Column("train_rows_per_second", "number", "rows", f"{_SPEED}; mean over the seeds"),
    Column("warnings", "text", "", "What preparing the model had to tell"),
    *_STATISTICS,
    *_OWNERSHIP,
)

JOBS_COLUMNS: tuple[Column, ...] = (
    _VERSION,
    _CANDIDATE,
    _MODEL,
    _REVISION,
    Column("seed", "integer", "", "Seeds the classification head, dropout and batch order"),
    Column("job_name", "text", "", "The SageMaker training job; empty if none could be started"),
    Column(
        "status",
        "text",
        "",
        "`completed`; `failed`; `stopped`: by a limit or by hand; `missing`: no job, or no "
        "record of it",
    ),
    _REASON,
    Column("attempts", "integer", "", "Starts, counting those that found no quota or capacity"),
    *_CONDITIONS,
    *_job_metrics(_FIRST_METRICS),
    *_ROWS,
    Column("best_epoch", "integer", "epochs", "The epoch that was best on validation"),
    *_RECIPE,
    *_MODEL_SIZE,
    Column("training_seconds", "integer", "seconds", "Duration of the job, from data to upload"),
    Column("billable_seconds", "integer", "seconds", "What AWS bills; less on spot instances"),
    *_MACHINE,
    Column("model_artifact_uri", "text", "", "The trained model, a model.tar.gz"),
    Column("output_uri", "text", "", "output.tar.gz: metrics.json and the test predictions"),
    *_ORIGIN,
    *_METHOD_AND_DATA,
    *_job_metrics(_LATER_METRICS),
    Column("threshold", "number", "0 to 1", _THRESHOLD),
    *_LATER_RECIPE,
    Column("epochs_trained", "number", "epochs", _EPOCHS_TRAINED),
    Column("stopped_early", "boolean", "", "Whether `early_stopping_patience` ended training"),
    *_BATCHES,
    Column("padding_share", "number", "0 to 1", _PADDING),
    Column("train_rows_per_second", "number", "rows", _SPEED),
    Column("chosen", "text", "", "What `frozen` or a baseline chose on validation, as JSON"),
    Column("notes", "text", "", "What the job had to tell, such as that memory ran out"),
    *_OWNERSHIP,
)
