"""The comparison that it all began from: examples/imdb.json itself, against the stand-in hub."""

import json

import pytest

from local.cloud import ROOT
from tests.support.deployed_service import Service
from tests.support.stand_in_hub import Repository
from tests.support.tiny_imdb import DATASET, FAMILIES

NAME = "imdb"


@pytest.fixture(scope="module")
def runs(service: Service, imdb_on_the_hub: dict[str, Repository]) -> Service:
    service.put(f"requests/{NAME}.json", (ROOT / "examples" / f"{NAME}.json").read_bytes())
    service.wait_for_results(NAME)
    return service


def test_what_the_short_form_leaves_open_follows_from_the_few_rows(runs: Service) -> None:
    rows = runs.table(NAME)

    assert {row["model"] for row in rows} == {*FAMILIES, "baseline/majority", "baseline/tfidf"}
    assert {row["status"] for row in rows} == {"completed"}
    candidates = json.loads(runs.get(f"results/{NAME}/summary.json"))["candidates"]
    fine_tuned = [each for each in candidates if each["method"] == "full"]
    assert len(fine_tuned) == len(FAMILIES)
    for candidate in fine_tuned:
        recipe = candidate["hyperparameters"]
        assert (recipe["epochs"], recipe["early_stopping_patience"]) == (20, 2)
        assert (recipe["train_batch_size"], recipe["eval_batch_size"]) == (16, 64)
        assert 0 < recipe["learning_rate"] < 1


def test_the_rows_name_the_commits_that_the_hub_had(
    runs: Service, imdb_on_the_hub: dict[str, Repository]
) -> None:
    for row in runs.table(NAME):
        if row["model"] in FAMILIES:
            assert row["model_revision"] == imdb_on_the_hub[row["model"]].commit
    conditions = json.loads(runs.get(f"results/{NAME}/summary.json"))["conditions"]
    assert conditions["dataset"] == DATASET
    assert conditions["dataset_revision"] == imdb_on_the_hub[DATASET].commit
