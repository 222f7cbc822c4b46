"""A whole race: a search on the hub, screening, a rung and the final, with models that break on the
way."""

import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bakeoff.names import slug
from tests.cloud.conftest import BAD, GOOD, Material
from tests.support.deployed_service import Service, wait_until
from tests.support.interruptions import job_of, kill
from tests.support.stand_in_hub import Fault, StandInHub
from tests.support.tiny_models import build_tiny_model

NAME, CUT_OFF = "race", "race-cut-off"
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
MODELS = {
    "search": {"text": "racer-", "limit": 10},
    "include": [LATE, UNTRAINED],
    "finalists": 2,
}


@dataclass(frozen=True)
class CutPreparation:
    """A preparation that was killed."""

    stored: list[str]
    """The models that it had stored."""
    num_requests: int
    """How many requests the hub had got by its end."""
    error: dict[str, Any]


@pytest.fixture(scope="session")
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
    """A tiny model of its own: each is prepared and stored by its content.

    The one that learns is the largest, so that it goes on alone where two cannot learn.
    """
    further_words = [f"word{number}" for number in range(100)] if name == GOOD_ONE else []
    return build_tiny_model(family, folder, [*GOOD, *BAD, name, *further_words])


def _without_words(folder: Path) -> Path:
    """All words are unknown to it: it can tell texts apart by their lengths alone."""
    path = folder / "tokenizer.json"
    tokenizer = json.loads(path.read_text())
    words = tokenizer["model"]["vocab"]
    special = {each["content"] for each in tokenizer["added_tokens"]}
    tokenizer["model"]["vocab"] = {word: words[word] for word in words if word in special}
    path.write_text(json.dumps(tokenizer))
    return folder


@pytest.fixture(scope="session")
def cut_preparation(
    service: Service, material: Material, racers: None, hub: StandInHub
) -> CutPreparation:
    """A run whose preparation dies when it has stored one model and waits for another."""
    hub.misbehave(f"{LATE}/resolve", Fault(is_silent=True))
    service.request(CUT_OFF, _request(material, MODELS))
    job = kill(
        "prepare.py",
        service.cloud.state_dir / "jobs",
        lambda folder: bool(_prepared(service, job_of(folder))),
        # It waits for the hub anyway.
        poll_seconds=0.5,
    )
    hub.behave()
    error = service.wait_for_error(CUT_OFF)
    return CutPreparation(_prepared(service, job), len(hub.requested), error)


def _prepared(service: Service, job: str) -> list[str]:
    """The models that a preparation job has stored."""
    text = "\n".join(service.log_of(job, "ProcessingJobs"))
    candidates = re.findall(r"prepared candidate=(\S+)-\w+ status=ready", text)
    return [each for each in (*FAMILIES, *WEAK) if slug(each.split("/")[1]) in candidates]


@pytest.fixture(scope="session")
def race(service: Service, material: Material, cut_preparation: CutPreparation) -> Service:
    """The same request again, as a race that ends."""
    service.request(NAME, _request(material, MODELS))
    _break_models(service)
    service.wait_for_results(NAME)
    return service


def small_race(material: Material) -> dict[str, Any]:
    """A race of the models of the other one that nothing is done to."""
    models = {"search": {"text": "racer-without"}, "include": [GOOD_ONE], "finalists": 1}
    return _request(material, models)


def _request(material: Material, models: dict[str, Any]) -> dict[str, Any]:
    return {
        "dataset": material.dataset,
        "models": models,
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
    }


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
