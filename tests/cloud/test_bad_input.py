"""Requests and data that cannot be worked with: an error document, and no training job."""

import json
from typing import Any

import pytest

from tests.cloud.conftest import GOOD, Material, to_csv
from tests.support.deployed_service import Service

NO_REQUESTS = {
    "not-utf8": b"\xff\xfe{}",
    "empty": b"",
    "array": b"[]",
    "too-big": b'{"dataset": "' + b"x" * 5_000_000 + b'"}',
}
DATASET = {"train": "s3://bucket-of-nobody/train.csv"}
MODELS = ["distilbert-base-uncased"]
BAD_REQUESTS: dict[str, dict[str, Any]] = {
    "no-models": {"dataset": "imdb", "models": []},
    "model-twice": {"dataset": "imdb", "models": MODELS * 2},
    "unknown-field": {"dataset": "imdb", "models": MODELS, "epoch": 2},
    "out-of-range": {"dataset": "imdb", "models": MODELS, "hyperparameters": {"epochs": 0}},
    "bad-name": {"dataset": "imdb", "models": MODELS, "name": "../../etc"},
}


@pytest.mark.parametrize("name", NO_REQUESTS)
def test_an_invalid_request_ends_in_an_error(service: Service, name: str) -> None:
    service.put(f"requests/{name}.json", NO_REQUESTS[name])

    _assert_reported_and_nothing_started(service, name)


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_bad_request_ends_in_an_error(service: Service, name: str) -> None:
    service.request(name, BAD_REQUESTS[name])

    _assert_reported_and_nothing_started(service, name)


def _assert_reported_and_nothing_started(service: Service, name: str) -> None:
    document = service.wait_for_error(name)

    assert document["request_key"] == f"requests/{name}.json"
    assert document["problems"]
    for problem in document["problems"]:
        assert problem["field"] and problem["problem"] and problem["remedy"]
    assert service.keys(f"runs/{document['run']}/") == [f"runs/{document['run']}/claim.json"]


def test_bad_data_ends_in_an_error_before_any_training(
    service: Service, material: Material
) -> None:
    train = service.put("uploads/data/one-class.csv", to_csv(4, {"good": GOOD}))
    request = material.request(["bert"], dataset={"train": train})
    service.request("one-class", request)

    document = service.wait_for_error("one-class")

    assert "label" in json.dumps(document["problems"])
    assert not service.training_jobs(document["run"])
    assert not service.keys(f"runs/{document['run']}/plan.json")


@pytest.mark.parametrize(
    ("name", "compute", "figures"),
    [
        # A candidate of 4 hours, two baselines of 4 hours, and a preparation of 24.
        ("over-its-budget", {}, ("up to 20.00 USD", "3 training jobs of up to 4 h")),
        ("without-a-price", {"training_instance_type": "ml.g6.xlarge"}, ("ml.g6.xlarge",)),
    ],
)
def test_a_request_above_its_budget_ends_in_an_error(
    service: Service, name: str, compute: dict[str, str], figures: tuple[str, ...]
) -> None:
    request = {"dataset": "imdb", "models": MODELS, "budget_usd": 5, "compute": compute}
    service.request(name, request)

    _assert_reported_and_nothing_started(service, name)
    (problem,) = service.error(name)["problems"]
    assert problem["field"] == "budget_usd"
    for figure in figures:
        assert figure in problem["problem"]
