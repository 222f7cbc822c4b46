"""jobs.csv: one row per training job, with its recipe; every metric of it is in metrics.csv.

Screening jobs have no rows: each measures several candidates.
"""

import json
from collections.abc import Callable

from bakeoff.summary.columns import CANDIDATE, METHOD, MODEL, NAME, RUN, VERSION, Cell, Column
from bakeoff.summary.comparison_columns import SCORE_METRICS
from bakeoff.summary.job_row import JobRow
from bakeoff.summary.jobs_columns_added_later import ADDED_LATER
from bakeoff.summary.jobs_ownership_columns import OWNERSHIP
from bakeoff.summary.jobs_training_columns import COURSE, RECIPE


def _score(row: JobRow) -> Cell:
    return row.job.test.get(row.summary.conditions.main_metric or "")


def _test(metric: str) -> Callable[[JobRow], Cell]:
    return lambda row: row.job.test.get(metric)


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

JOBS_COLUMNS: tuple[Column[JobRow], ...] = (
    VERSION,
    CANDIDATE,
    NAME,
    MODEL,
    METHOD,
    *_JOB,
    *_SCORES,
    *RECIPE,
    *COURSE,
    *OWNERSHIP,
    *_RECORDS,
    RUN,
    *ADDED_LATER,
)
