import json

import pytest

from bakeoff.errors import DocumentError
from bakeoff.request import resolved as resolved_module
from bakeoff.request.resolved import ResolvedRequest
from tests.support.run_samples import RUN, resolved_with, settings_with


def uploaded(bucket="bucket", digest="0" * 32, name="checkpoint-500", **fields):
    return {"id": f"s3://{bucket}/uploads/{digest}/{name}/", **fields}


def keys_of(*models):
    return [each.candidate for each in resolved_with(models=list(models)).candidates]


def test_an_uploaded_model_has_the_same_key_in_every_deployment_and_at_every_path():
    here = keys_of(uploaded("local-1", requested_as="./a/checkpoint-500"))
    there = keys_of(uploaded("company", requested_as="/home/me/checkpoint-500"))

    assert here == there


def test_models_of_other_content_or_another_bucket_of_the_users_have_other_keys():
    models = [
        uploaded(digest="1" * 32, requested_as="./a/checkpoint-500"),
        uploaded(digest="2" * 32, requested_as="./b/checkpoint-500"),
        "s3://mine/checkpoint-500/",
        "s3://yours/checkpoint-500/",
        "s3://mine/uploads/checkpoint-500/",
        "s3://yours/uploads/checkpoint-500/",
    ]

    assert len(set(keys_of(*models))) == len(models)


def recipes(**changes):
    candidates = resolved_with(**changes).candidates
    return [candidate.hyperparameters for candidate in candidates]


def test_every_default_is_filled_in():
    resolved = resolved_with()
    assert (resolved.run, resolved.name) == (RUN, "imdb")
    assert resolved.seeds == [42]
    assert (resolved.confidence, resolved.budget_usd) == (0.95, None)
    assert resolved.tune.learning_rate == 3
    assert (resolved.validation_fraction, resolved.test_fraction) == (0.1, 0.2)
    assert resolved.compute.model_dump() == {
        "training_instance_type": "ml.g5.xlarge",
        "fallback_instance_types": [],
        "baseline_instance_type": "ml.m5.xlarge",
        "processing_instance_type": "ml.m5.2xlarge",
        "volume_gb": 90,
        "max_runtime_seconds": 14400,
        "max_preparation_seconds": 86400,
        "max_parallel_jobs": 2,
    }
    assert recipes()[0].model_dump() == {
        "epochs": "auto",
        "train_batch_size": "auto",
        "eval_batch_size": 64,
        "learning_rate": None,
        "warmup_steps": None,
        "warmup_ratio": 0.1,
        "weight_decay": 0.0,
        "max_length": None,
        "schedule": "linear",
        "max_grad_norm": 1.0,
        "label_smoothing": 0.0,
        "class_weights": None,
        "early_stopping_patience": "auto",
        "checkpoint_steps": 500,
        "batching": "length",
        "train_batch_tokens": None,
        "lora_rank": 8,
        "lora_alpha": 16,
        "lora_dropout": 0.1,
        "prompt_examples": None,
    }


def test_the_requests_machines_replace_the_deployments():
    compute = {"training_instance_type": "ml.g6.xlarge", "volume_gb": 40, "max_parallel_jobs": 9}
    resolved = resolved_with(compute=compute)
    assert resolved.compute.training_instance_type == "ml.g6.xlarge"
    assert resolved.compute.volume_gb == 40
    assert resolved.compute.max_parallel_jobs == 9
    assert resolved.compute.max_runtime_seconds == 14400


def test_a_models_own_hyperparameters_come_before_the_requests_and_those_before_the_defaults():
    own = {"epochs": 1, "max_length": None}
    first, second = recipes(
        hyperparameters={"epochs": 5, "learning_rate": 1e-4, "max_length": 64},
        models=["a", {"id": "b", "hyperparameters": own}],
    )
    assert (first.epochs, first.learning_rate, first.max_length) == (5, 1e-4, 64)
    assert (second.epochs, second.learning_rate, second.max_length) == (1, 1e-4, None)


@pytest.mark.parametrize(
    ("common", "own", "steps", "ratio"),
    [
        ({}, {"warmup_steps": 500}, 500, None),
        ({"warmup_steps": 500}, {}, 500, None),
        ({"warmup_steps": 500}, {"warmup_ratio": 0.2}, None, 0.2),
        ({"warmup_ratio": 0.2}, {"warmup_steps": 0}, 0, None),
        ({"warmup_steps": 500}, {"epochs": 1}, 500, None),
        ({"warmup_ratio": None}, {}, None, 0.0),
        ({"warmup_steps": None}, {}, None, 0.1),
    ],
)
def test_the_two_kinds_of_warm_up_replace_each_other(common, own, steps, ratio):
    (recipe,) = recipes(hyperparameters=common, models=[{"id": "m", "hyperparameters": own}])
    assert (recipe.warmup_steps, recipe.warmup_ratio) == (steps, ratio)


@pytest.mark.parametrize(
    ("common", "own", "rows", "tokens"),
    [
        ({"train_batch_tokens": 4096}, {}, "auto", 4096),
        ({"train_batch_tokens": 4096}, {"train_batch_size": 8}, 8, None),
        ({"train_batch_size": 8}, {"train_batch_tokens": 4096}, 8, 4096),
    ],
)
def test_a_batch_in_rows_sets_one_in_tokens_aside(common, own, rows, tokens):
    (recipe,) = recipes(hyperparameters=common, models=[{"id": "m", "hyperparameters": own}])
    assert (recipe.train_batch_size, recipe.train_batch_tokens) == (rows, tokens)


def test_columns_are_lists_however_they_were_given():
    resolved = resolved_with(text="body", label=["a", "b"])
    assert (resolved.text, resolved.label) == (["body"], ["a", "b"])
    assert (resolved_with().text, resolved_with().label) == (None, None)


def test_label_fields_for_preparation_are_passed_on():
    resolved = resolved_with(label_delimiter="|", task="multilabel", drop_leaked=False)
    assert (resolved.label_delimiter, resolved.task, resolved.drop_leaked) == (
        "|",
        "multilabel",
        False,
    )
    assert resolved_with().drop_leaked is True


def test_baselines_are_candidates_after_the_models():
    candidates = resolved_with(
        baselines=True, hyperparameters={"class_weights": "balanced"}
    ).candidates
    assert [(each.model, each.method) for each in candidates[2:]] == [
        ("baseline/majority", "majority"),
        ("baseline/tfidf", "tfidf"),
    ]
    assert [each.candidate.rpartition("-")[0] for each in candidates[2:]] == ["majority", "tfidf"]
    assert candidates[3].hyperparameters.class_weights == "balanced"
    assert len(resolved_with(baselines=False).candidates) == 2


def test_the_key_of_a_model_with_another_method_names_the_method():
    models = ["m", {"id": "m", "method": "frozen"}, {"id": "m", "method": "lora"}]
    candidates = resolved_with(models=models).candidates
    assert [each.candidate.rpartition("-")[0] for each in candidates] == [
        "m",
        "m-frozen",
        "m-lora",
    ]
    assert len({each.candidate.rpartition("-")[2] for each in candidates}) == 3


def test_a_learning_rate_is_only_known_before_preparation_if_it_was_given():
    models = ["m", {"id": "n", "hyperparameters": {"learning_rate": None}}]

    def rates(**changes) -> list[float | None]:
        return [each.learning_rate for each in recipes(models=models, **changes)]

    assert rates() == [None, None]
    assert rates(hyperparameters={"learning_rate": 1e-4}) == [1e-4, None]


def test_a_resolved_request_from_before_tuning_keeps_its_numbers():
    document = json.loads(resolved_with(hyperparameters={"learning_rate": 5e-5}).to_json())
    del document["tune"]

    resolved = ResolvedRequest.from_json(json.dumps(document).encode())

    assert resolved.candidates[0].hyperparameters.learning_rate == 5e-5


def test_deterministic_methods_have_the_first_seed_alone():
    models = ["m", {"id": "m", "method": "frozen"}, {"id": "m", "method": "lora"}]
    resolved = resolved_with(models=models, seeds=[7, 8], baselines=True)
    assert [resolved.seeds_of(candidate) for candidate in resolved.candidates] == [
        [7, 8],
        [7],
        [7, 8],
        [7],
        [7],
    ]


@pytest.mark.parametrize(
    ("task", "metric"),
    [("binary", "f1"), ("multiclass", "f1"), ("multilabel", "micro_f1"), ("regression", "rmse")],
)
def test_each_task_has_a_main_metric_unless_the_request_names_one(task, metric):
    assert resolved_with().main_metric_of(task) == metric
    assert resolved_with(main_metric="loss").main_metric_of(task) == "loss"


def test_a_hub_dataset_has_split_names_and_no_files():
    dataset = resolved_with(dataset={"id": "a/b", "config": "c", "test": "unseen"}).dataset
    assert (dataset.id, dataset.config, dataset.files) == ("a/b", "c", None)
    assert dataset.splits.test == "unseen"
    assert dataset.splits.train is None


def test_a_dataset_in_s3_has_files_and_is_known_by_its_training_rows():
    files = {"train": "s3://bucket/train/", "test": "s3://bucket/test.csv"}
    dataset = resolved_with(dataset=files).dataset
    assert dataset.id == "s3://bucket/train/"
    assert dataset.files.model_dump() == files | {"validation": None}
    assert set(dataset.splits.model_dump().values()) == {None}


def test_the_name_of_the_request_comes_before_the_files():
    assert resolved_with(name="other").name == "other"


def test_candidates_keep_the_requests_order_and_differ_in_their_hashes_alone():
    models = ["z/model", "a/model", {"id": "a/model", "revision": "v1"}]
    candidates = resolved_with(models=models).candidates
    assert [candidate.model for candidate in candidates] == ["z/model", "a/model", "a/model"]
    assert len({candidate.candidate[-6:] for candidate in candidates}) == 3


def test_hashes_grow_where_short_ones_collide(monkeypatch):
    # One digit for 17 models: two of them must share it.
    monkeypatch.setattr(resolved_module, "HASH_LENGTHS", (1, 12))
    candidates = resolved_with(models=[f"m{number}" for number in range(17)]).candidates
    assert len({candidate.candidate for candidate in candidates}) == 17
    assert all(len(c.candidate.rpartition("-")[2]) == 12 for c in candidates)


def test_a_thousand_candidates_keep_different_hashes():
    models = [
        {"id": "m", "hyperparameters": {"learning_rate": number / 1e6}} for number in range(1, 1001)
    ]
    candidates = resolved_with(models=models).candidates
    assert len({candidate.candidate.rpartition("-")[2] for candidate in candidates}) == 1000


def test_resolving_is_the_same_whoever_does_it():
    assert resolved_with(settings_with()) == resolved_with(settings_with())


def test_a_resolved_request_is_read_as_it_was_written():
    resolved = resolved_with(dataset={"train": "s3://bucket/x"}, seeds=[1, 2])
    assert ResolvedRequest.from_json(resolved.to_json()) == resolved


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"run": 1}'])
def test_an_invalid_resolved_request_is_refused(content):
    with pytest.raises(DocumentError, match="ResolvedRequest"):
        ResolvedRequest.from_json(content)


def test_a_request_that_was_resolved_before_there_were_budgets_is_understood():
    document = json.loads(resolved_with(budget_usd=5, confidence=0.9).to_json())
    del document["confidence"], document["budget_usd"]
    del document["compute"]["max_preparation_seconds"]
    assert ResolvedRequest.from_json(json.dumps(document).encode()) == resolved_with()


def test_a_candidate_keeps_the_requests_name_of_its_model():
    models = ["bert", {"id": "s3://bucket/model/", "requested_as": "./model"}]

    requested_as = [each.requested_as for each in resolved_with(models=models).candidates]

    assert requested_as == ["bert", "./model"]


def test_the_requests_name_of_a_model_is_not_part_of_the_candidates_key():
    plain = resolved_with(models=[{"id": "s3://bucket/model/"}])
    named = resolved_with(models=[{"id": "s3://bucket/model/", "requested_as": "./model"}])

    assert [c.candidate for c in named.candidates] == [c.candidate for c in plain.candidates]


def test_a_resolved_request_of_an_older_deployment_calls_models_by_their_ids():
    document = json.loads(resolved_with(models=["bert"]).to_json())
    for candidate in document["candidates"]:
        del candidate["requested_as"]

    read = ResolvedRequest.from_json(json.dumps(document).encode())

    assert read.candidates[0].requested_as == "bert"


@pytest.mark.parametrize("field", ["split_seed", "task", "seeds", "label"])
def test_a_resolved_request_that_lacks_a_field_is_refused(field):
    document = json.loads(resolved_with().to_json())
    del document[field]

    with pytest.raises(DocumentError, match=field):
        ResolvedRequest.from_json(json.dumps(document).encode())
