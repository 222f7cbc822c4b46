"""A whole race: a search on the hub, screening, a rung and the final, with models that break on the
way."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cloud.conftest import BAD, GOOD, Material
from tests.support.deployed_service import Service, wait_until
from tests.support.stand_in_hub import StandInHub
from tests.support.tiny_models import build_tiny_model

NAME = "race"
RATES = [1e-3, 3e-3]
# One that learns, two that cannot, and one that breaks at each step; each of another owner, as of
# relatives a search takes two.
GOOD_ONE, LATE = "a/racer-that-learns", "b/racer-that-breaks-in-the-final"
WEAK = ("c/racer-without-words", "d/racer-without-any-word")
UNREADY, UNSCREENED, UNTRAINED = (
    f"{owner}/racer-that-breaks-in-{step}"
    for owner, step in (("e", "preparation"), ("f", "screening"), ("g", "the-rung"))
)
FAMILIES = {GOOD_ONE: "bert", LATE: "roberta", UNTRAINED: "distilbert", UNSCREENED: "bert"}


@pytest.fixture(scope="module")
def racers(hub: StandInHub, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The models on the hub."""
    folder = tmp_path_factory.mktemp("racers")
    for name, family in FAMILIES.items():
        hub.add_model(name, _model(folder / name, family, name))
    for name in WEAK:
        hub.add_model(name, _without_words(_model(folder / name, "bert", name)))
    broken = _model(folder / UNREADY, "bert", UNREADY)
    (broken / "tokenizer.json").write_text("{")
    hub.add_model(UNREADY, broken)


def _model(folder: Path, family: str, name: str) -> Path:
    """A tiny model of its own: each is prepared and stored by its content."""
    return build_tiny_model(family, folder, [*GOOD, *BAD, name])


def _without_words(folder: Path) -> Path:
    """All words are unknown to it: it can tell texts apart by their lengths alone."""
    path = folder / "tokenizer.json"
    tokenizer = json.loads(path.read_text())
    words = tokenizer["model"]["vocab"]
    special = {each["content"] for each in tokenizer["added_tokens"]}
    tokenizer["model"]["vocab"] = {word: words[word] for word in words if word in special}
    path.write_text(json.dumps(tokenizer))
    return folder


@pytest.fixture(scope="module")
def race(service: Service, material: Material, racers: None) -> Iterator[Service]:
    service.request(
        NAME,
        {
            "dataset": material.dataset,
            "models": {
                "search": {"text": "racer-", "limit": 10},
                "include": [LATE, UNTRAINED],
                "finalists": 2,
            },
            "baselines": False,
            "main_metric": "accuracy",
            "tune": {"learning_rate": RATES},
            # Enough for the rung's eighth to tell those that learn from the others.
            "hyperparameters": {
                "epochs": 48,
                "train_batch_size": 8,
                "max_length": 16,
                "warmup_ratio": 0,
            },
        },
    )
    _break_models(service)
    service.wait_for_results(NAME)
    yield service


def _break_models(service: Service) -> None:
    """As soon as they are prepared: an object of each that a later stage reads is spoilt."""
    wait_until(lambda: bool(_manifests(service)), "nothing is prepared")
    manifest = json.loads(service.get(_manifests(service)[0]))
    models = {each["model"]: each for each in manifest["models"]}
    weights = models[UNSCREENED]["snapshot_prefix"] + "model.safetensors"
    service.put(weights, b"not a model")
    _spoil(service, models[UNTRAINED]["tokenised_prefix"] + "train.parquet")
    # The rung does not look at test.
    _spoil(service, models[LATE]["tokenised_prefix"] + "test.parquet")


def _manifests(service: Service) -> list[str]:
    (execution,) = service.executions(f"requests/{NAME}.json") or ({},)
    runs = [key for key in service.keys("runs/") if key.endswith("/claim.json")]
    own = [
        key.removesuffix("claim.json")
        for key in runs
        if json.loads(service.get(key))["execution_arn"] == execution.get("executionArn")
    ]
    return [key for prefix in own for key in service.keys(f"{prefix}prepared/manifest.json")]


def _spoil(service: Service, key: str) -> None:
    """Tokens that the model does not have."""
    table = pq.read_table(io.BytesIO(service.get(key)))
    index = table.schema.get_field_index("input_ids")
    column = table.column("input_ids")
    spoilt = pa.array([[10**6] * len(row) for row in column.to_pylist()], type=column.type)
    content = io.BytesIO()
    pq.write_table(table.set_column(index, table.schema.field(index), spoilt), content)
    service.put(key, content.getvalue())


@pytest.fixture(scope="module")
def rows(race: Service) -> dict[str, dict[str, str]]:
    return {row["model"]: row for row in race.table(NAME)}


def test_every_model_of_the_search_has_a_row_with_what_became_of_it(
    rows: dict[str, dict[str, str]],
) -> None:
    statuses = {model: row["status"] for model, row in rows.items()}

    assert {statuses.pop(model) for model in WEAK} == {"screened", "stopped"}
    assert statuses == {
        GOOD_ONE: "completed",
        LATE: "failed",
        UNTRAINED: "failed",
        UNSCREENED: "failed",
        UNREADY: "failed",
    }
    assert all(row["reason"] for row in rows.values() if row["status"] != "completed")


def test_the_waves_are_screening_rung_and_final(race: Service) -> None:
    run = race.run_of(NAME)["run"]
    plans = [key for key in race.keys(f"runs/{run}/waves/") if key.endswith("plan.json")]
    stages = [{item["stage"] for item in json.loads(race.get(key))} for key in plans]

    assert stages == [{"screening"}, {"rung"}, {"final"}]


def test_only_the_finalists_are_scored_on_test(
    race: Service, rows: dict[str, dict[str, str]]
) -> None:
    run = race.run_of(NAME)["run"]
    results = [json.loads(race.get(key)) for key in race.keys(f"runs/{run}/results/")]
    tested = {
        result["candidate"]
        for result in results
        if (result["metrics"] or {}).get("metrics", {}).get("test")
    }

    assert tested == {rows[GOOD_ONE]["candidate"]}


def test_the_winner_went_on_with_the_better_of_its_learning_rates(race: Service) -> None:
    run = race.run_of(NAME)["run"]
    summary: dict[str, Any] = json.loads(race.get(f"results/{NAME}/summary.json"))
    winner = summary["candidates"][0]["candidate"]
    key = next(
        key for key in race.keys(f"runs/{run}/results/") if f"{winner}-s" in key and "-r" not in key
    )
    metrics = json.loads(race.get(key))["metrics"]

    assert [each["learning_rate"] for each in metrics["learning_rates_tried"]] == RATES
    assert metrics["learning_rate"] in RATES
