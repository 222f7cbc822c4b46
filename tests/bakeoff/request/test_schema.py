import jsonschema
import pytest

from bakeoff.request.schema import MAX_REQUEST_BYTES, request_json_schema
from tests.support.run_samples import WALK_THROUGH, parsed


def test_the_short_form_is_enough():
    request = parsed(WALK_THROUGH)
    assert request.name == "imdb"
    assert request.dataset.id == "stanfordnlp/imdb"
    assert [model.id for model in request.models] == WALK_THROUGH["models"]
    assert request.seeds == [42]
    assert (request.main_metric, request.task) == (None, None)
    assert (request.drop_leaked, request.baselines) == (True, True)
    assert [model.method for model in request.models] == ["full", "full"]
    recipe = request.hyperparameters
    assert (recipe.epochs, recipe.train_batch_size, recipe.eval_batch_size) == ("auto", "auto", 64)
    assert (recipe.learning_rate, request.tune.learning_rate) == (None, 3)
    assert recipe.max_length is None


def test_a_text_and_an_object_with_an_id_mean_the_same():
    assert parsed(WALK_THROUGH) == parsed(
        {
            "dataset": {"id": "stanfordnlp/imdb"},
            "models": [{"id": "distilbert-base-uncased"}, {"id": "distilroberta-base"}],
        }
    )


def test_a_byte_order_mark_and_an_editors_schema_are_no_problem():
    content = b'\xef\xbb\xbf{"$schema": "./x.json", "dataset": "a/b", "models": ["m"]}'
    assert parsed(content).dataset.id == "a/b"


def test_splits_are_names_on_the_hub_and_uris_otherwise():
    hub = parsed(WALK_THROUGH | {"dataset": {"id": "a/b", "train": "train", "test": "unseen"}})
    assert hub.dataset.test == "unseen"
    files = {"train": "s3://bucket/train/", "test": "s3://bucket/test.csv"}
    assert parsed(WALK_THROUGH | {"dataset": files}).dataset.train == "s3://bucket/train/"
    as_text = parsed(WALK_THROUGH | {"dataset": "s3://bucket/rows.parquet"})
    assert (as_text.dataset.id, as_text.dataset.train) == (None, "s3://bucket/rows.parquet")


@pytest.mark.parametrize(
    "model",
    [
        "bert-base-uncased",
        "sentence-transformers/all-MiniLM-L6-v2",
        "org/Model_1.5-x",
        "s3://bucket/models/mine/",
        "s3://bucket/models/mine with space/model.tar.gz",
        "s3://bucket/" + "x" * 1024,
        "x" * 96,
    ],
)
def test_models_come_from_the_hub_or_from_s3(model):
    assert parsed(WALK_THROUGH | {"models": [model]}).models[0].id == model


def test_one_model_with_different_settings_is_two_candidates():
    models = ["m", {"id": "m", "hyperparameters": {"learning_rate": 1e-5}}]
    assert len(parsed(WALK_THROUGH | {"models": models}).models) == 2


def test_labels_may_be_numbers_and_are_compared_as_text():
    assert parsed(WALK_THROUGH | {"positive_label": 1}).positive_label == "1"


def test_columns_are_one_or_several():
    pairs = parsed(WALK_THROUGH | {"text": ["a", "b"], "label": ["c", "d", "e"]})
    assert (pairs.text, pairs.label) == (["a", "b"], ["c", "d", "e"])
    single = parsed(WALK_THROUGH | {"text": "a", "label": ["c"], "positive_label": "1"})
    assert (single.text, single.label) == ("a", ["c"])


@pytest.mark.parametrize("delimiter", [",", "|", " ", "\t", "; "])
def test_labels_of_a_row_may_be_separated_by_any_short_text(delimiter):
    assert parsed(WALK_THROUGH | {"label_delimiter": delimiter}).label_delimiter == delimiter


def test_one_model_under_two_methods_is_two_candidates():
    models = ["m", {"id": "m", "method": "lora"}, {"id": "m", "method": "frozen"}]
    assert len(parsed(WALK_THROUGH | {"models": models}).models) == 3


def test_settings_of_lora_alone_may_be_given_for_all_models():
    recipe = parsed(WALK_THROUGH | {"hyperparameters": {"lora_rank": 4}}).hyperparameters
    assert recipe.lora_rank == 4


@pytest.mark.parametrize(
    ("task", "recipe"),
    [
        ("binary", {"class_weights": "balanced", "label_smoothing": 0.1}),
        ("multiclass", {"class_weights": "balanced"}),
        ("multilabel", {"label_smoothing": 0.0}),
        ("regression", {"class_weights": None, "label_smoothing": 0}),
    ],
)
def test_settings_that_apply_to_the_task_are_accepted(task, recipe):
    document = WALK_THROUGH | {"task": task, "hyperparameters": recipe}
    assert parsed(document).task == task


def test_paths_are_allowed_where_someone_uploads_what_they_name():
    request = parsed(
        {"dataset": {"train": "data/train.csv"}, "models": ["./model", "../m", "/m"]},
        allow_paths=True,
    )
    assert request.dataset.train == "data/train.csv"
    assert request.models[0].id == "./model"
    assert parsed({"dataset": "./d.csv", "models": ["m"]}, allow_paths=True).dataset.id is None


def test_a_request_may_be_as_large_as_the_limit():
    padding = MAX_REQUEST_BYTES - len(b'{"dataset": "a/b", "models": ["m"]}')
    content = b'{"dataset": "a/b", "models": ["m"]' + b" " * padding + b"}"
    assert len(content) == MAX_REQUEST_BYTES
    assert parsed(content).dataset.id == "a/b"


def test_a_number_of_seeds_means_that_many_seeds_from_42_on():
    assert parsed(WALK_THROUGH | {"seeds": 3}).seeds == [42, 43, 44]
    assert parsed(WALK_THROUGH | {"seeds": 1}) == parsed(WALK_THROUGH)
    assert len(parsed(WALK_THROUGH | {"seeds": 50}).seeds) == 50


@pytest.mark.parametrize("seeds", [1, 50, [1], list(range(50))])
def test_the_schema_for_editors_takes_both_forms_of_seeds(seeds):
    jsonschema.validate(WALK_THROUGH | {"seeds": seeds}, request_json_schema())


def test_a_budget_and_a_confidence_are_taken_as_they_are():
    request = parsed(WALK_THROUGH | {"budget_usd": 25, "confidence": 0.9})
    assert (request.budget_usd, request.confidence) == (25.0, 0.9)
    assert (parsed(WALK_THROUGH).budget_usd, parsed(WALK_THROUGH).confidence) == (None, 0.95)
