"""The part of the summary about a candidate and its jobs."""

import pytest

from tests.support.compared import by_model, compared
from tests.support.run_samples import (
    completed,
    job_metrics,
    manifest_for,
    planned,
    resolved_with,
)
from tests.support.summaries import summarised


def only_candidate(resolved, outcome, **dataset):
    (candidate,) = compared(resolved, outcome, **dataset).candidates
    return candidate


def test_seeds_are_averaged_with_their_sample_deviation():
    resolved = resolved_with(models=["a"], seeds=[1, 2, 3])
    scores = {1: 0.1, 2: 0.2, 3: 0.6}
    found = only_candidate(resolved, lambda item: completed(item, scores[item.seed]))
    # mean (0.1 + 0.2 + 0.6) / 3; variance ((-0.2)^2 + (-0.1)^2 + 0.3^2) / (3 - 1) = 0.07
    assert found.metrics["f1"].mean == pytest.approx(0.3)
    assert found.metrics["f1"].std == pytest.approx(0.07**0.5)
    assert found.metrics["f1"].by_seed == scores
    assert found.validation["f1"].mean == pytest.approx(0.31)
    assert found.validation["f1"].std == pytest.approx(0.07**0.5)
    assert found.seeds == found.seeds_completed == [1, 2, 3]
    assert (found.ownership.training_seconds, found.ownership.billable_seconds) == (900, 900)


def test_one_seed_has_no_deviation():
    found = only_candidate(resolved_with(models=["a"]), by_model({"a": 0.5}))
    assert (found.metrics["f1"].mean, found.metrics["f1"].std) == (0.5, None)


def test_jobs_come_in_the_order_of_the_request_s_seeds():
    found = only_candidate(resolved_with(models=["a"], seeds=[9, 3]), by_model({"a": 0.1}))
    assert [job.seed for job in found.jobs] == [9, 3]
    assert found.jobs[0].job_name.endswith("-1")
    assert found.jobs[0].test["f1"] == 0.1


def test_a_job_has_the_machine_it_ran_on_or_was_planned_for():
    def outcome(item):
        return completed(item, instance_type="ml.g6.xlarge") if item.seed == 1 else None

    found = only_candidate(resolved_with(models=["a"], seeds=[1, 2]), outcome)
    assert [job.ownership.instance_type for job in found.jobs] == ["ml.g6.xlarge", "ml.g5.xlarge"]


def test_a_candidate_has_its_revision_and_the_recipe_as_it_applied():
    resolved = resolved_with(models=["a"], hyperparameters={"learning_rate": 1e-4})
    found = only_candidate(resolved, by_model({"a": 0.5}))
    assert found.model_revision == "0" * 40
    assert found.hyperparameters["learning_rate"] == 1e-4
    assert found.hyperparameters["max_length"] == 512
    assert found.ownership.num_parameters == 67_000_000


def test_a_recipe_holds_what_the_method_uses():
    lora = {"id": "l", "method": "lora", "hyperparameters": {"train_batch_tokens": 4096}}
    resolved = resolved_with(
        models=["m", {"id": "f", "method": "frozen"}, lora], seeds=[1, 2], baselines=True
    )
    found = {each.method: each for each in compared(resolved, completed).candidates}
    recipes = {method: each.hyperparameters for method, each in found.items()}
    assert "lora_rank" not in recipes["full"]
    assert (recipes["full"]["learning_rate"], recipes["full"]["batching"]) == (5e-5, "length")
    assert (recipes["lora"]["lora_rank"], recipes["lora"]["lora_alpha"]) == (8, 16)
    assert recipes["lora"]["train_batch_size"] is None
    assert recipes["lora"]["train_batch_tokens"] == 4096
    assert recipes["frozen"] == {"eval_batch_size": 64, "max_length": 512}
    assert recipes["tfidf"] == recipes["majority"] == {}
    instance_types = {method: each.ownership.instance_type for method, each in found.items()}
    assert instance_types["tfidf"] == "ml.m5.xlarge"
    assert instance_types["lora"] == "ml.g5.xlarge"
    assert {method: len(each.seeds) for method, each in found.items()} == {
        "full": 2,
        "frozen": 1,
        "lora": 2,
        "majority": 1,
        "tfidf": 1,
    }


def test_each_job_reports_how_its_training_went():
    def outcome(item):
        halved = item.seed == 2
        course = {
            "best_epoch": 2 if halved else 1,
            "micro_batch_size": 16 if halved else 32,
            "gradient_accumulation_steps": 2 if halved else 1,
            "epochs_trained": 3 if halved else 2,
            "stopped_early": not halved,
            "padding_share": 0.03 if halved else 0.01,
            "notes": ["Memory ran out.", "The micro-batch was halved."] if halved else [],
            "chosen": {"C": 1.0},
        }
        return completed(item, metrics=job_metrics(**course))

    found = only_candidate(resolved_with(models=["a"], seeds=[1, 2]), outcome)
    first, second = found.jobs
    assert found.best_epoch == 1.5
    assert (first.best_epoch, second.best_epoch) == (1, 2)
    assert (first.micro_batch_size, second.gradient_accumulation_steps) == (32, 2)
    assert (first.stopped_early, second.stopped_early) == (True, False)
    assert (first.notes, len(second.notes)) == ([], 2)
    assert first.chosen == {"C": 1.0}
    assert found.warnings == ["Memory ran out.", "The micro-batch was halved."]


@pytest.mark.parametrize(("measured", "best"), [(2, 2), (2.0, 2), (None, None), ("2", None)])
def test_the_best_epoch_of_a_job_is_a_whole_number(measured, best):
    found = only_candidate(
        resolved_with(models=["a"]),
        lambda item: completed(item, metrics=job_metrics(best_epoch=measured)),
    )
    assert repr(found.jobs[0].best_epoch) == repr(best)


def test_warnings_of_preparation_and_conditions_of_the_data_are_kept():
    resolved = resolved_with(models=["a"])
    manifest = manifest_for(
        resolved, text_columns=["a", "b"], label_columns=["c"], leaked_rows_dropped=123
    )
    model = manifest.models[0].model_copy(update={"warnings": ["No fast tokeniser.", "Slow."]})
    manifest = manifest.model_copy(update={"models": [model]})
    items = planned(resolved).items
    summary = summarised(resolved, manifest, items, [completed(items[0], 0.5)])
    conditions = summary.conditions
    assert (conditions.text_columns, conditions.label_columns) == (["a", "b"], ["c"])
    assert conditions.leaked_rows_dropped == 123
    assert conditions.rows == {"train": 22500, "validation": 2500, "test": 10000}
    assert (conditions.dataset_revision, conditions.dataset_fingerprint) == ("e" * 40, "f" * 64)
    assert summary.candidates[0].warnings == ["No fast tokeniser.", "Slow."]


def test_a_candidate_keeps_the_words_of_the_request():
    uploaded = {
        "id": "s3://bucket/uploads/0a/checkpoint-500/",
        "requested_as": "./a/checkpoint-500",
    }
    resolved = resolved_with(models=[uploaded, "org/b"])
    first, second = compared(resolved, completed).candidates
    assert (first.name, first.requested_as) == ("checkpoint-500", "./a/checkpoint-500")
    assert (second.name, second.requested_as) == ("b", "org/b")
