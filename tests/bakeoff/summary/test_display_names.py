"""Candidates' names: short, distinct, and made in one place."""

import pytest

from bakeoff.summary.display_names import display_names, names_over_runs
from tests.support import summary_samples
from tests.support.run_samples import resolved_with


def names_of(*models, **request):
    return list(display_names(resolved_with(models=list(models), **request).candidates).values())


def test_a_model_is_called_by_the_last_part_of_its_id():
    assert names_of("google/electra-small", "bert-base-uncased", "s3://bucket/models/mine/") == [
        "electra-small",
        "bert-base-uncased",
        "mine",
    ]


def test_the_organisation_stays_where_models_are_called_the_same():
    assert names_of("google/bert-base", "acme/bert-base", "other/roberta") == [
        "google/bert-base",
        "acme/bert-base",
        "roberta",
    ]


def test_folders_of_the_same_name_are_called_by_the_part_in_which_they_differ():
    uploads = [
        {"id": f"s3://bucket/uploads/{digest}/checkpoint-500/", "requested_as": folder}
        for digest, folder in (("01", "./runs/a/checkpoint-500"), ("02", "./runs/b/checkpoint-500"))
    ]
    assert names_of(*uploads) == ["a/checkpoint-500", "b/checkpoint-500"]
    assert names_of("s3://bucket/a/x/checkpoint-500/", "s3://bucket/b/x/checkpoint-500/") == [
        "a/x/checkpoint-500",
        "b/x/checkpoint-500",
    ]


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (("./m", "m"), ["./m", "m"]),
        (("a/m", "b/a/m"), ["a/m", "b/a/m"]),
        (("m", "../m"), ["m", "../m"]),
        (("/", "m"), ["/", "m"]),
    ],
)
def test_texts_that_differ_in_little_keep_their_difference(texts, names):
    models = [
        {"id": f"s3://bucket/uploads/{place}/m/", "requested_as": text}
        for place, text in enumerate(texts)
    ]
    assert names_of(*models) == names


def candidate(key, requested_as, method="full", **hyperparameters):
    one = summary_samples.binary().candidates[0]
    changes = {"candidate": key, "requested_as": requested_as, "method": method}
    return one.model_copy(update={**changes, "hyperparameters": hyperparameters})


def test_over_several_runs_only_one_candidate_has_a_name():
    same = [candidate("m-1", "./a/m"), candidate("m-1", "./a/m")]
    assert names_over_runs(same) == {"m-1": "m"}
    assert names_over_runs([*same, candidate("m-2", "./b/m")]) == {"m-1": "a/m", "m-2": "b/m"}
    # The folder's content has changed from one run to the other.
    assert names_over_runs([*same, candidate("m-3", "./a/m")]) == {"m-1": "m-1", "m-3": "m-3"}
    assert names_over_runs([*same, candidate("m-4", "./a/m", "lora")]) == {
        "m-1": "m (full)",
        "m-4": "m (lora)",
    }


def test_candidates_of_one_model_add_their_method():
    assert names_of("org/a", {"id": "org/a", "method": "lora"}, "org/b") == [
        "a (full)",
        "a (lora)",
        "b",
    ]


def test_candidates_of_one_model_and_method_add_what_they_differ_in():
    models = [{"id": "org/a", "hyperparameters": {"learning_rate": rate}} for rate in (1e-5, 5e-5)]
    assert (
        names_of(*models, {"id": "org/a", "revision": "v2"}, {"id": "org/a", "method": "lora"})[-1]
        == "a (lora)"
    )
    assert names_of(*models) == ["a (full, learning_rate 1e-05)", "a (full, learning_rate 5e-05)"]
    assert names_of("org/a", {"id": "org/a", "revision": "v2"}) == [
        "a (full)",
        "a (full, revision v2)",
    ]


def test_where_much_differs_the_key_is_the_name():
    many = {"learning_rate": 1e-5, "epochs": 3, "weight_decay": 0.1}
    resolved = resolved_with(models=["a", {"id": "a", "hyperparameters": many}])
    assert list(display_names(resolved.candidates).values()) == [
        each.candidate for each in resolved.candidates
    ]


def test_baselines_keep_their_ids():
    assert names_of("org/tfidf", baselines=True) == [
        "tfidf",
        "baseline/majority",
        "baseline/tfidf",
    ]


def test_names_are_distinct_even_where_an_id_imitates_another_name():
    models = [
        "a",
        {"id": "a", "method": "lora"},
        {"id": "s3://bucket/x/", "requested_as": "a (lora)"},
    ]
    found = names_of(*models)
    assert len(set(found)) == 3
