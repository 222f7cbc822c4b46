"""The tables: their columns, the type of every cell, and rows of every kind."""

import csv
import io

import pytest

from bakeoff.prepared.manifest import Manifest
from bakeoff.summary.comparison_columns import COMPARISON_COLUMNS, comparison_rows
from bakeoff.summary.document import Summary
from bakeoff.summary.job_row import jobs_rows
from bakeoff.summary.jobs_columns import JOBS_COLUMNS
from bakeoff.summary.learning_curve_columns import LEARNING_CURVE_COLUMNS, learning_curve_rows
from bakeoff.summary.metrics_columns import METRICS_COLUMNS, metrics_rows
from bakeoff.summary.slices_columns import SLICES_COLUMNS, slices_rows
from bakeoff.summary.suspect_labels_columns import SUSPECT_LABELS_COLUMNS, suspect_labels_rows
from bakeoff.summary.tables import tables
from tests.support import curve_samples, summary_parts, summary_samples
from tests.support.compared import compared
from tests.support.run_samples import (
    RUN,
    completed,
    failed,
    manifest_for,
    metrics_with_scores,
    planned,
    resolved_with,
)
from tests.support.sliced import grouping, row_slices
from tests.support.summaries import predictions_of, summarised

PYTHON_TYPES = {"text": str, "integer": int, "number": float, "boolean": bool}
ALL_COLUMNS = pytest.mark.parametrize(
    ("columns", "rows_of"),
    [
        (COMPARISON_COLUMNS, comparison_rows),
        (METRICS_COLUMNS, metrics_rows),
        (JOBS_COLUMNS, jobs_rows),
        (SLICES_COLUMNS, slices_rows),
        (SUSPECT_LABELS_COLUMNS, suspect_labels_rows),
        (LEARNING_CURVE_COLUMNS, learning_curve_rows),
    ],
    ids=["comparison", "metrics", "jobs", "slices", "suspect_labels", "learning_curve"],
)


def table(summary, file):
    return list(csv.DictReader(io.StringIO(tables(summary)[file], newline="")))


@pytest.fixture(scope="module")
def varied():
    """Every method, two seeds (one of them failed), and a model that could not be prepared."""
    lora = {"id": "d", "method": "lora", "hyperparameters": {"train_batch_tokens": 4096}}
    resolved = resolved_with(models=["a", "b", "c", lora], seeds=[1, 2], baselines=True)

    def outcome(item):
        is_failed = item.candidate.startswith("b") or item.seed == 2
        return failed(item) if is_failed else completed(item)

    manifest = manifest_for(resolved, failed=["c"])
    items = planned(resolved, failed=["c"]).items
    predictions = predictions_of(items)
    summary = summarised(
        resolved,
        manifest,
        items,
        [outcome(item) for item in items],
        predictions,
        slices=halves(next(iter(predictions.values())).ids),
    )
    suspects = summary_parts.suspects(["tfidf"], ["neg", "pos"], ["a text"] * 5)
    first, second, *_ = (each.candidate for each in summary.candidates)
    curve = curve_samples.more_labels(first, second)
    return summary.model_copy(update={"suspect_labels": suspects, "more_labels": curve})


def halves(ids):
    """Slices of a column whose values are hostile."""
    is_first = ids < len(ids) // 2
    return row_slices(ids, grouping({"=1+1": is_first, "b": ~is_first, "c": ids < 20}))


# Programs read the file: a change here raises SCHEMA_VERSION, unless it is a column at the end.
COLUMNS_OF_COMPARISON = [
    ("schema_version", "integer"),
    ("rank", "integer"),
    ("candidate", "text"),
    ("name", "text"),
    ("model", "text"),
    ("requested_as", "text"),
    ("model_revision", "text"),
    ("method", "text"),
    ("status", "text"),
    ("reason", "text"),
    ("main_metric", "text"),
    ("main_metric_direction", "text"),
    ("score", "number"),
    ("score_low", "number"),
    ("score_high", "number"),
    ("tied", "boolean"),
    ("difference", "number"),
    ("p_value_adjusted", "number"),
    ("loss", "number"),
    ("accuracy", "number"),
    ("f1", "number"),
    ("precision", "number"),
    ("recall", "number"),
    ("seeds", "integer"),
    ("seeds_completed", "integer"),
    ("train_rows", "integer"),
    ("validation_rows", "integer"),
    ("test_rows", "integer"),
    ("learning_rate", "number"),
    ("epochs", "integer"),
    ("best_epoch", "number"),
    ("max_length", "integer"),
    ("num_parameters", "integer"),
    ("model_bytes", "integer"),
    ("latency_p50_seconds", "number"),
    ("inference_rows_per_second", "number"),
    ("training_seconds", "number"),
    ("cost_usd", "number"),
    ("usd_per_million_predictions", "number"),
    ("warnings", "text"),
    ("run", "text"),
    ("marks", "text"),
    ("learning_rates_tried", "text"),
    ("learning_rate_gain", "number"),
    ("stage", "text"),
    ("screening_rank", "integer"),
    ("stage_validation", "number"),
    ("billable_seconds", "integer"),
    ("train_tokens", "integer"),
    ("roc_auc", "number"),
    ("average_precision", "number"),
    ("brier", "number"),
    ("calibration_error", "number"),
    ("scaled_calibration_error", "number"),
    ("scaled_loss", "number"),
    ("target_recall", "number"),
    ("target_precision", "number"),
    ("target_coverage", "number"),
    ("input_tokens", "integer"),
    ("output_tokens", "integer"),
    ("unusable_answers", "integer"),
]


def test_the_columns_of_comparison_csv_and_their_order():
    found = [(column.name, column.type) for column in COMPARISON_COLUMNS]
    assert found == COLUMNS_OF_COMPARISON


def test_the_columns_of_metrics_csv_and_their_order():
    assert [(column.name, column.type) for column in METRICS_COLUMNS] == [
        ("schema_version", "integer"),
        ("candidate", "text"),
        ("name", "text"),
        ("seed", "integer"),
        ("split", "text"),
        ("metric", "text"),
        ("value", "number"),
        ("deviation", "number"),
        ("low", "number"),
        ("high", "number"),
        ("run", "text"),
    ]


def test_the_columns_of_jobs_csv_and_their_order():
    assert " ".join(column.name for column in JOBS_COLUMNS) == (
        "schema_version candidate name model method seed job_name status reason attempts "
        "main_metric score loss accuracy f1 precision recall threshold best_epoch "
        "learning_rate epochs train_batch_size train_batch_tokens eval_batch_size batching "
        "max_length warmup_steps warmup_ratio schedule weight_decay max_grad_norm label_smoothing "
        "class_weights early_stopping_patience checkpoint_steps lora_rank lora_alpha lora_dropout "
        "epochs_trained stopped_early numeric_precision micro_batch_size "
        "gradient_accumulation_steps padding_share num_parameters model_bytes latency_p50_seconds "
        "latency_p95_seconds latency_p99_seconds inference_rows_per_second_batch_1 "
        "inference_rows_per_second_batch_32 tokens_per_text train_peak_bytes inference_peak_bytes "
        "memory_of train_rows_per_second training_seconds billable_seconds price_usd_per_hour "
        "cost_usd usd_per_million_predictions instance_type device chosen notes "
        "model_artifact_uri output_uri run stage wave learning_rates_tried steps_planned "
        "steps_trained validation_standard_error majority_p_value train_tokens cpu_seconds "
        "temperature target_threshold prompt_examples inference_other_cpus machine "
        "input_tokens output_tokens unusable_answers"
    )


def test_the_columns_of_slices_csv_and_their_order():
    assert [(column.name, column.type) for column in SLICES_COLUMNS] == [
        ("schema_version", "integer"),
        ("sliced_by", "text"),
        ("column", "text"),
        ("slice_kind", "text"),
        ("slice", "text"),
        ("rows", "integer"),
        ("untested", "text"),
        ("metric", "text"),
        ("candidate", "text"),
        ("name", "text"),
        ("score", "number"),
        ("score_low", "number"),
        ("score_high", "number"),
        ("difference", "number"),
        ("p_value_adjusted", "number"),
        ("beats_best", "boolean"),
        ("run", "text"),
    ]


def test_the_columns_of_suspect_labels_csv_and_their_order():
    assert [(column.name, column.type) for column in SUSPECT_LABELS_COLUMNS] == [
        ("schema_version", "integer"),
        ("place", "integer"),
        ("split", "text"),
        ("row", "integer"),
        ("label", "text"),
        ("likely_label", "text"),
        ("score", "number"),
        ("text", "text"),
        ("text_pair", "text"),
        ("run", "text"),
    ]


def test_the_columns_of_learning_curve_csv_and_their_order():
    assert [(column.name, column.type) for column in LEARNING_CURVE_COLUMNS] == [
        ("schema_version", "integer"),
        ("candidate", "text"),
        ("name", "text"),
        ("model", "text"),
        ("method", "text"),
        ("train_percent", "integer"),
        ("train_rows", "integer"),
        ("is_forecast", "boolean"),
        ("metric", "text"),
        ("score", "number"),
        ("score_low", "number"),
        ("score_high", "number"),
        ("gain", "number"),
        ("gain_low", "number"),
        ("gain_high", "number"),
        ("effect", "text"),
        ("num_seeds", "integer"),
        ("reason", "text"),
        ("job_name", "text"),
        ("billable_seconds", "integer"),
        ("cost_usd", "number"),
        ("run", "text"),
    ]


def test_learning_curve_csv_has_the_points_and_then_the_forecast_of_each_candidate():
    summary = summary_samples.binary()
    rows = table(summary, "learning_curve.csv")

    assert [row["train_percent"] for row in rows] == ["25", "50", "100", "200"] * 2
    measured, ahead, failed, without = rows[2], rows[3], rows[4], rows[7]
    assert (measured["score"], measured["gain"], measured["is_forecast"]) == ("0.885", "", "false")
    assert (ahead["effect"], ahead["train_rows"], ahead["job_name"]) == ("adds", "16000", "")
    assert float(ahead["gain_low"]) < float(ahead["gain"]) < float(ahead["gain_high"])
    assert (failed["score"], failed["reason"]) == ("", "The GPU's memory ran out.")
    assert without["reason"].startswith("The training on 25 % of the rows failed.")


def test_every_hyperparameter_has_a_column_in_jobs_csv():
    recipe = resolved_with().candidates[0].hyperparameters.model_dump()
    assert set(recipe) <= {column.name for column in JOBS_COLUMNS}


@ALL_COLUMNS
def test_every_cell_is_of_its_column_s_type(varied, columns, rows_of):
    rows = list(rows_of(varied))
    assert len(rows) > 4
    for row in rows:
        for column in columns:
            value = column.value(row)
            assert value is None or type(value) is PYTHON_TYPES[column.type], (column.name, value)


@ALL_COLUMNS
def test_tables_follow_from_summary_json_alone(varied, columns, rows_of):
    reread = Summary.from_json(varied.to_json())
    assert tables(reread) == tables(varied)
    assert all(row.run == RUN for row in rows_of(reread))


def test_comparison_csv_has_a_row_for_each_candidate_of_the_request(varied):
    rows = table(varied, "comparison.csv")
    assert {row["model"] for row in rows} == {
        "a",
        "b",
        "c",
        "d",
        "baseline/majority",
        "baseline/tfidf",
    }
    by_name = {row["name"]: row for row in rows}
    assert by_name["c"]["status"] == "failed"
    assert by_name["c"]["score"] == by_name["c"]["rank"] == ""
    assert by_name["c"]["reason"] == "it has no tokeniser"
    assert (by_name["a"]["seeds"], by_name["a"]["seeds_completed"]) == ("2", "1")
    assert rows[0]["tied"] == "true"
    assert rows[0]["score"] == rows[0]["f1"]
    assert float(rows[0]["score_low"]) < 0.95


def test_metrics_csv_has_the_mean_and_every_seed_of_each_metric(varied):
    rows = [row for row in table(varied, "metrics.csv") if row["name"] == "baseline/tfidf"]
    f1 = [row for row in rows if (row["split"], row["metric"]) == ("test", "f1")]
    assert [(row["seed"], row["value"]) for row in f1] == [("", "0.5"), ("1", "0.5")]
    assert f1[0]["low"] and f1[0]["high"]
    assert not f1[1]["low"]
    assert {row["split"] for row in rows} == {"test", "validation"}
    of_probabilities = {"roc_auc", "average_precision", "brier", "calibration_error"}
    of_jobs = {"loss", "accuracy", "f1", "precision", "recall"}
    assert {row["metric"] for row in rows} == of_jobs | of_probabilities
    assert {row["metric"] for row in rows if row["split"] == "validation"} == of_jobs


def test_metrics_of_every_task_fit_into_metrics_csv():
    scores = {"loss": 0.25, "pearson": 0.9, "spearman": 0.8, "rmse": 0.5, "mae": 0.4}
    summary = compared(
        resolved_with(models=["a"], seeds=[1, 2]),
        lambda item: completed(item, metrics=metrics_with_scores(**scores)),
        task="regression",
        labels=[],
    )
    means = [row for row in table(summary, "metrics.csv") if not row["seed"]]
    assert [(row["metric"], row["deviation"]) for row in means if row["split"] == "test"] == [
        ("loss", "0.0"),
        ("pearson", "0.0"),
        ("spearman", "0.0"),
        ("rmse", "0.0"),
        ("mae", "0.0"),
    ]
    (row,) = table(summary, "comparison.csv")
    assert (row["main_metric"], row["main_metric_direction"], row["score"]) == (
        "rmse",
        "lower",
        "0.5",
    )
    assert (row["loss"], row["f1"]) == ("0.25", "")


def test_jobs_csv_has_every_planned_job_with_its_recipe(varied):
    rows = table(varied, "jobs.csv")
    assert len(rows) == 8
    (lora,) = [row for row in rows if (row["method"], row["seed"]) == ("lora", "1")]
    assert (lora["lora_rank"], lora["train_batch_tokens"], lora["train_batch_size"]) == (
        "8",
        "4096",
        "",
    )
    (tfidf,) = [row for row in rows if row["method"] == "tfidf"]
    assert (tfidf["learning_rate"], tfidf["epochs"], tfidf["max_length"]) == ("", "", "")
    assert {row["status"] for row in rows if row["seed"] == "2"} == {"failed"}


def test_slices_csv_has_every_slice_with_every_candidate(varied):
    rows = table(varied, "slices.csv")
    scored = [each for each in varied.candidates if each.has_result]
    assert [row["name"] for row in rows] == [each.name for each in scored] * 3
    first, second, *_, last = rows
    assert (first["column"], first["slice"], first["difference"]) == ("country", "'=1+1", "")
    assert float(second["difference"]) == float(second["score"]) - float(first["score"])
    assert second["beats_best"] == "false"
    assert (last["rows"], last["untested"], last["beats_best"]) == ("20", "few_rows", "")


def test_suspect_labels_csv_has_the_most_doubtful_row_first():
    suspects = summary_parts.suspects(["tfidf"], ["neg", "pos"], ["=1+1", "second"])
    pair = suspects.listed[1].model_copy(update={"texts": ["one", "two"]})
    suspects = suspects.model_copy(update={"listed": [suspects.listed[0], pair]})
    summary = summary_samples.binary().model_copy(update={"suspect_labels": suspects})

    first, second = table(summary, "suspect_labels.csv")

    assert (first["place"], first["split"], first["row"]) == ("1", "train", "3")
    assert (first["label"], first["likely_label"], first["score"]) == ("neg", "pos", "0.99")
    assert (first["text"], first["text_pair"]) == ("'=1+1", "")
    assert (second["text"], second["text_pair"]) == ("one", "two")


def test_a_run_without_prepared_data_has_its_rows_too():
    summary = summarised(
        resolved_with(models=["a"]), Manifest(schema_version=2, status="ready"), [], []
    )
    (row,) = table(summary, "comparison.csv")
    assert (row["status"], row["main_metric"], row["train_rows"]) == ("failed", "", "")
    assert table(summary, "metrics.csv") == table(summary, "jobs.csv") == []
    assert table(summary, "suspect_labels.csv") == []
