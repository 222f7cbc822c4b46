"""What becomes of each model of a race, and what the race leaves."""

import json
from typing import Any

import pytest

from tests.cloud.race.conftest import (
    GOOD_ONE,
    LATE,
    NAME,
    RATES,
    UNREADY,
    UNSCREENED,
    UNTRAINED,
    WEAK,
)
from tests.support.deployed_service import Service


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
