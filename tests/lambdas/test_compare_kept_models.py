"""Compare keeps models and predictions with the results."""

import json

import pytest

from bakeoff import layout


def kept_of(store, run):
    prefix = f"results/imdb/runs/{run}/"
    return {
        key.removeprefix(prefix): store.objects[key]
        for key in store.objects
        if key.startswith(prefix) and "/" in key.removeprefix(prefix)
    }


def test_the_best_model_and_all_predictions_stay_with_the_results(store, run, finish, compare):
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})
    best = compare()["best_candidate"]

    summary = json.loads(store.objects["results/imdb/summary.json"])
    (model,) = summary["kept_models"]
    assert (model["candidate"], model["seed"]) == (best, 42)
    kept = kept_of(store, run)
    assert b"weights of" in kept.pop(model["file"])
    assert summary["predictions"] == "predictions.parquet"
    assert {file.split("/")[0] for file in kept} == {"predictions.parquet"}
    assert len(kept) == 2
    assert all(content.startswith(b"rows of") for content in kept.values())
    latest = [key for key in store.objects if "/runs/" not in key and "/models/" in key]
    assert latest == []


@pytest.mark.parametrize(("keep", "number"), [("none", 0), ("all", 2)])
def test_the_request_says_whose_models_are_kept(keep, number, store, run, finish, compare):
    key = layout.resolved_request_key(run)
    resolved = json.loads(store.objects[key])
    store.objects[key] = json.dumps(resolved | {"keep": keep}).encode()
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})
    compare()

    models = [file for file in kept_of(store, run) if file.startswith("models/")]
    assert len(models) == number
    assert len(json.loads(store.objects["results/imdb/summary.json"])["kept_models"]) == number


def test_a_model_that_has_expired_costs_only_itself_and_one_that_is_kept_stays(
    store, run, finish, compare
):
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})
    compare()
    before = kept_of(store, run)
    for key in [key for key in store.objects if key.endswith("model.tar.gz")]:
        del store.objects[key]

    compare()

    assert kept_of(store, run) == before
    assert json.loads(store.objects["results/imdb/summary.json"])["kept_models"]

    for key in [key for key in store.objects if "/models/" in key]:
        del store.objects[key]
    assert compare()["num_failed"] == 0
    assert json.loads(store.objects["results/imdb/summary.json"])["kept_models"] == []
