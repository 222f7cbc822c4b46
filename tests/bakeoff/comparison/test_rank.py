import pytest

from bakeoff.comparison.compared_rows import with_statistics
from bakeoff.comparison.rank import compare
from bakeoff.prepared.manifest import Manifest
from bakeoff.summary.columns import COMPARISON_COLUMNS, JOBS_COLUMNS
from bakeoff.summary.csv_table import to_csv
from tests.support.run_samples import (
    completed,
    failed,
    job_metrics,
    manifest_for,
    metrics_with_scores,
    planned,
    resolved_with,
)
from tests.support.summaries import predictions_of, summarised

PYTHON_TYPES = {"text": str, "integer": int, "number": float, "boolean": bool}


def compared(resolved, outcome_of, untrainable=(), **dataset):
    """The comparison in which each planned item has the outcome that `outcome_of` gives it."""
    manifest = manifest_for(resolved, untrainable, **dataset)
    items = planned(resolved, failed=untrainable).items
    outcomes = [outcome_of(item) for item in items]
    return compare(resolved, manifest, items, [each for each in outcomes if each is not None])


def by_model(outcomes):
    """Outcomes by the first letter of the model, one per seed."""

    def outcome(item):
        name = item.training_job["HyperParameters"]["model_name"]
        given = outcomes[name]
        return given(item) if callable(given) else completed(item, given)

    return outcome


def models(comparison):
    return [row["model"] for row in comparison.rows]


def test_the_best_main_metric_comes_first():
    comparison = compared(
        resolved_with(models=["a", "b", "c"]), by_model({"a": 0.8, "b": 0.9, "c": 0.7})
    )
    assert models(comparison) == ["b", "a", "c"]
    assert [row["rank"] for row in comparison.rows] == [1, 2, 3]
    assert comparison.best == comparison.rows[0]["candidate"]


def test_of_loss_the_lowest_comes_first():
    resolved = resolved_with(models=["a", "b"], main_metric="loss")
    outcome = by_model(
        {"a": lambda i: completed(i, 0.9, 0.5), "b": lambda i: completed(i, 0.1, 0.4)}
    )
    comparison = compared(resolved, outcome)
    assert models(comparison) == ["b", "a"]
    assert comparison.rows[0]["main_metric_direction"] == "lower"


def test_equal_main_metrics_are_told_apart_by_loss_and_then_by_the_requests_order():
    outcome = by_model(
        {
            "a": lambda item: completed(item, 0.9, 0.4),
            "b": lambda item: completed(item, 0.9, 0.3),
            "c": lambda item: completed(item, 0.9, 0.4),
        }
    )
    assert models(compared(resolved_with(models=["c", "a", "b"]), outcome)) == ["b", "c", "a"]


def test_seeds_are_averaged_with_their_sample_deviation():
    resolved = resolved_with(models=["a"], seeds=[1, 2, 3])
    scores = {1: 0.1, 2: 0.2, 3: 0.6}
    (row,) = compared(resolved, lambda item: completed(item, scores[item.seed])).rows
    # mean (0.1 + 0.2 + 0.6) / 3; variance ((-0.2)^2 + (-0.1)^2 + 0.3^2) / (3 - 1) = 0.07
    assert row["f1"] == pytest.approx(0.3)
    assert row["f1_std"] == pytest.approx(0.07**0.5)
    assert row["validation_f1"] == pytest.approx(0.31)
    assert (row["seeds"], row["seeds_completed"]) == (3, 3)
    assert row["training_seconds"] == 900.0
    assert row["billable_seconds"] == 900


def test_one_seed_has_no_deviation():
    (row,) = compared(resolved_with(models=["a"]), by_model({"a": 0.5})).rows
    assert row["f1"] == 0.5
    assert row["f1_std"] is None


def test_a_candidate_with_fewer_seeds_comes_after_the_complete_ones_however_good():
    resolved = resolved_with(models=["a", "b"], seeds=[1, 2])

    def outcome(item):
        if item.candidate.startswith("b-"):
            return completed(item, 0.5)
        return completed(item, 0.99) if item.seed == 1 else failed(item)

    comparison = compared(resolved, outcome)
    assert models(comparison) == ["b", "a"]
    partial = comparison.rows[1]
    assert (partial["status"], partial["rank"]) == ("partial", 2)
    assert (partial["seeds"], partial["seeds_completed"], partial["f1"]) == (2, 1, 0.99)
    assert "1 of 2 seeds" in partial["reason"]
    assert "seed 2: The GPU's memory ran out." in partial["reason"]


def test_failed_candidates_come_last_with_their_reason_and_no_rank():
    resolved = resolved_with(models=["a", "b", "c"])
    comparison = compared(resolved, by_model({"b": 0.1, "c": failed}), untrainable=["a"])
    assert models(comparison) == ["b", "a", "c"]
    assert [row["status"] for row in comparison.rows] == ["completed", "failed", "failed"]
    assert [row["rank"] for row in comparison.rows] == [1, None, None]
    assert comparison.rows[1]["reason"] == "it has no tokeniser"
    assert comparison.rows[2]["reason"] == "The GPU's memory ran out."
    assert comparison.rows[2]["f1"] is None


def test_a_planned_job_without_a_record_is_a_missing_job_of_a_failed_candidate():
    comparison = compared(resolved_with(models=["a"]), lambda item: None)
    assert comparison.rows[0]["status"] == "failed"
    assert "left no record" in comparison.rows[0]["reason"]
    assert [job["status"] for job in comparison.job_rows] == ["missing"]
    assert comparison.best is None


def test_a_candidate_that_the_manifest_forgot_has_a_row():
    resolved = resolved_with(models=["a"])
    manifest = manifest_for(resolved).model_copy(update={"models": []})
    (row,) = compare(resolved, manifest, [], []).rows
    assert (row["status"], row["seeds"]) == ("failed", 0)
    assert row["reason"]


def test_a_run_without_any_prepared_data_still_has_its_rows():
    resolved = resolved_with(models=["a"])
    manifest = Manifest(schema_version=2, status="ready")
    comparison, summary = summarised(resolved, manifest, [], [])
    assert comparison.rows[0]["main_metric"] is None
    rows = with_statistics(comparison.rows, summary)
    assert to_csv(COMPARISON_COLUMNS, rows).count("\r\n") == 2


@pytest.mark.parametrize("f1", [float("nan"), float("inf"), None, "0.9", True])
def test_a_main_metric_that_is_no_finite_number_is_a_failure(f1):
    def outcome(item):
        return completed(item, metrics=metrics_with_scores(f1=f1, loss=0.25))

    comparison = compared(resolved_with(models=["a"]), outcome)
    assert comparison.rows[0]["status"] == "failed"
    assert "diverged" in comparison.rows[0]["reason"]
    assert comparison.job_rows[0]["status"] == "failed"


@pytest.mark.parametrize("metrics", [{}, {"metrics": None}, {"metrics": {"test": []}}])
def test_metrics_of_another_form_are_a_failure_and_no_crash(metrics):
    comparison = compared(resolved_with(models=["a"]), lambda i: completed(i, 1.0, metrics=metrics))
    assert comparison.rows[0]["status"] == "failed"


def test_jobs_are_listed_by_candidate_in_order_and_then_by_seed():
    resolved = resolved_with(models=["a", "b"], seeds=[9, 3])
    comparison = compared(resolved, by_model({"a": 0.1, "b": 0.2}))
    assert [(job["model"], job["seed"]) for job in comparison.job_rows] == [
        ("b", 9),
        ("b", 3),
        ("a", 9),
        ("a", 3),
    ]
    assert comparison.job_rows[0]["job_name"].endswith("-1")
    assert comparison.job_rows[0]["f1"] == 0.2


def test_a_job_tells_the_machine_it_ran_on_or_should_have():
    def outcome(item):
        return completed(item, 0.5, instance_type="ml.g6.xlarge") if item.seed == 1 else None

    resolved = resolved_with(models=["a"], seeds=[1, 2])
    jobs = compared(resolved, outcome).job_rows
    assert [job["instance_type"] for job in jobs] == ["ml.g6.xlarge", "ml.g5.xlarge"]


def test_rows_tell_where_they_come_from():
    resolved = resolved_with(models=["a"], hyperparameters={"learning_rate": 1e-4})
    (row,) = compared(resolved, by_model({"a": 0.5})).rows
    assert row["model_revision"] == "0" * 40
    assert row["dataset_revision"] == "e" * 40
    assert row["dataset_fingerprint"] == "f" * 64
    assert (row["train_rows"], row["validation_rows"], row["test_rows"]) == (22500, 2500, 10000)
    assert (row["learning_rate"], row["max_length"]) == (1e-4, 512)
    assert row["experiment"] == f"imdb-{resolved.run}"
    assert (row["average"], row["positive_label"], row["num_labels"]) == ("binary", "pos", 2)
    assert row["num_parameters"] == 67_000_000


def test_more_labels_are_averaged_and_have_no_positive_one():
    labels = ["a", "b", "c"]
    (row,) = compared(
        resolved_with(models=["a"]), by_model({"a": 0.5}), task="multiclass", labels=labels
    ).rows
    assert (row["average"], row["positive_label"], row["num_labels"]) == ("macro", None, 3)


def test_regression_and_several_labels_have_no_average_and_metrics_of_their_own():
    def outcome(scores):
        metrics = metrics_with_scores(**scores) | {"threshold": 0.35}
        return lambda item: completed(item, metrics=metrics)

    rmse = {"loss": 0.25, "pearson": 0.9, "spearman": 0.8, "rmse": 0.5, "mae": 0.4}
    resolved = resolved_with(models=["a"])
    (row,) = compared(resolved, outcome(rmse), task="regression", labels=[]).rows
    assert (row["average"], row["num_labels"], row["positive_label"]) == (None, None, None)
    assert (row["main_metric"], row["main_metric_direction"]) == ("rmse", "lower")
    assert (row["rmse"], row["validation_pearson"], row["f1"]) == (0.5, 0.9, None)
    assert row["rank"] == 1

    micro = {"loss": 0.1, "micro_f1": 0.6, "macro_f1": 0.4}
    (row,) = compared(resolved, outcome(micro), task="multilabel", labels=["a", "b", "c"]).rows
    assert (row["average"], row["main_metric"], row["micro_f1"]) == (None, "micro_f1", 0.6)
    assert (row["num_labels"], row["threshold"]) == (3, 0.35)


def test_of_errors_the_lowest_comes_first():
    def outcome(item):
        rmse = 0.9 if item.candidate.startswith("a") else 0.4
        return completed(item, metrics=metrics_with_scores(loss=rmse**2, rmse=rmse))

    resolved = resolved_with(models=["a", "b"])
    assert models(compared(resolved, outcome, task="regression", labels=[])) == ["b", "a"]


def test_a_row_tells_its_method_and_the_recipe_that_the_method_uses():
    lora = {"id": "l", "method": "lora", "hyperparameters": {"train_batch_tokens": 4096}}
    resolved = resolved_with(
        models=["m", {"id": "f", "method": "frozen"}, lora], seeds=[1, 2], baselines=True
    )
    comparison = compared(resolved, lambda item: completed(item, 0.5))
    rows = {row["method"]: row for row in comparison.rows}
    assert (rows["full"]["learning_rate"], rows["full"]["lora_rank"]) == (5e-5, None)
    assert (rows["full"]["schedule"], rows["full"]["batching"]) == ("linear", "length")
    assert (rows["lora"]["lora_rank"], rows["lora"]["lora_alpha"]) == (8, 16)
    assert (rows["lora"]["train_batch_size"], rows["lora"]["train_batch_tokens"]) == (None, 4096)
    assert (rows["frozen"]["epochs"], rows["frozen"]["max_length"]) == (None, 512)
    assert (rows["tfidf"]["epochs"], rows["tfidf"]["max_length"]) == (None, None)
    assert (rows["tfidf"]["instance_type"], rows["lora"]["instance_type"]) == (
        "ml.m5.xlarge",
        "ml.g5.xlarge",
    )
    assert {method: row["seeds"] for method, row in rows.items()} == {
        "full": 2,
        "frozen": 1,
        "lora": 2,
        "majority": 1,
        "tfidf": 1,
    }


def test_how_training_went_is_told_of_each_job_and_as_a_mean_or_what_is_common():
    def outcome(item):
        halved = item.seed == 2
        told = {
            "precision": "bf16",
            "micro_batch_size": 16 if halved else 32,
            "gradient_accumulation_steps": 2 if halved else 1,
            "epochs_trained": 3 if halved else 2,
            "stopped_early": not halved,
            "padding_share": 0.03 if halved else 0.01,
            "notes": ["Memory ran out.", "The micro-batch was halved."] if halved else [],
            "chosen": {"C": 1.0},
        }
        return completed(item, metrics=job_metrics(**told))

    comparison = compared(resolved_with(models=["a"], seeds=[1, 2]), outcome)
    (row,), (first, second) = comparison.rows, comparison.job_rows
    assert (row["numeric_precision"], row["micro_batch_size"]) == ("bf16", None)
    assert (row["epochs_trained"], row["padding_share"]) == (2.5, 0.02)
    assert (first["micro_batch_size"], second["gradient_accumulation_steps"]) == (32, 2)
    assert (first["stopped_early"], second["stopped_early"]) == (True, False)
    assert (first["notes"], second["notes"]) == (
        None,
        "Memory ran out. The micro-batch was halved.",
    )
    assert first["chosen"] == '{"C": 1.0}'


@pytest.mark.parametrize(("told", "best"), [(2, 2), (2.0, 2), (None, None), ("2", None)])
def test_the_best_epoch_of_a_job_is_a_whole_number(told, best):
    def outcome(item):
        return completed(item, metrics=job_metrics(best_epoch=told))

    job = compared(resolved_with(models=["a"]), outcome).job_rows[0]
    assert repr(job["best_epoch"]) == repr(best)


@pytest.mark.parametrize("odd", [5, "text", [[]], {"a": 1}, None, [None]])
def test_facts_of_another_form_are_no_crash(odd):
    names = ("notes", "chosen", "precision", "micro_batch_size", "threshold", "stopped_early")

    def outcome(item):
        return completed(item, metrics=job_metrics(**dict.fromkeys(names, odd)))

    comparison = compared(resolved_with(models=["a"]), outcome)
    assert comparison.rows[0]["status"] == "completed"
    assert to_csv(JOBS_COLUMNS, comparison.job_rows)


def test_what_preparation_found_is_told():
    resolved = resolved_with(models=["a"])
    manifest = manifest_for(
        resolved, text_columns=["a", "b"], label_columns=["c"], leaked_rows_dropped=123
    )
    model = manifest.models[0].model_copy(update={"warnings": ["No fast tokeniser.", "Slow."]})
    manifest = manifest.model_copy(update={"models": [model]})
    items = planned(resolved).items
    (row,) = compare(resolved, manifest, items, [completed(items[0], 0.5)]).rows
    assert (row["text_columns"], row["label_columns"]) == ('["a", "b"]', '["c"]')
    assert row["leaked_rows_dropped"] == 123
    assert row["task_reason"] == "The column label has two values."
    assert row["warnings"] == "No fast tokeniser. Slow."


def test_a_method_without_learning_rate_is_not_told_to_lower_it():
    def outcome(item):
        return completed(item, metrics=metrics_with_scores(f1=float("nan")))

    resolved = resolved_with(models=["a"], baselines=True)
    rows = {row["method"]: row for row in compared(resolved, outcome).rows}
    assert "learning_rate" in rows["full"]["reason"]
    assert "learning_rate" not in rows["tfidf"]["reason"]


def test_an_untracked_run_names_no_experiment():
    resolved = resolved_with(models=["a"])
    items = planned(resolved).items
    del items[0].training_job["ExperimentConfig"]
    comparison = compare(resolved, manifest_for(resolved), items, [completed(items[0], 0.5)])
    assert comparison.rows[0]["experiment"] is None


def test_every_cell_is_of_its_columns_type():
    lora = {"id": "d", "method": "lora", "hyperparameters": {"train_batch_tokens": 4096}}
    resolved = resolved_with(models=["a", "b", "c", lora], seeds=[1, 2], baselines=True)

    def outcome(item):
        is_failed = item.candidate.startswith("b") or item.seed == 2
        return failed(item) if is_failed else completed(item, 0.5)

    manifest = manifest_for(resolved, failed=["c"])
    items = planned(resolved, failed=["c"]).items
    comparison, summary = summarised(
        resolved, manifest, items, [outcome(item) for item in items], predictions_of(items)
    )
    rows = with_statistics(comparison.rows, summary)
    assert rows[1]["tied"] is not None
    for columns, cells in (
        (COMPARISON_COLUMNS, rows),
        (JOBS_COLUMNS, comparison.job_rows),
    ):
        for row in cells:
            for column in columns:
                value = row[column.name]
                kind = PYTHON_TYPES[column.type]
                assert value is None or type(value) is kind, (column.name, value)


def test_comparing_does_not_depend_on_the_order_of_the_results():
    resolved = resolved_with(models=["a", "b"], seeds=[1, 2])
    manifest, items = manifest_for(resolved), planned(resolved).items
    results = [completed(item, index / 10) for index, item in enumerate(items)]
    forwards = compare(resolved, manifest, items, results)
    assert forwards == compare(resolved, manifest, items, reversed(results))
