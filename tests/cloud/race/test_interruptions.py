"""Jobs that are killed at each stage of a race, and go on to the same results."""

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cloud.conftest import Material
from tests.cloud.race.conftest import NAME, CutPreparation, small_race
from tests.support.deployed_service import Service
from tests.support.interruptions import kill
from tests.support.stand_in_hub import StandInHub

INTERRUPTED = "race-interrupted"
# What a job measures of its machine.
MEASURED = {
    "seconds",
    "cpu_seconds",
    "train_rows_per_second",
    "train_peak_bytes",
    "inference",
}


@pytest.fixture(scope="module")
def killed(race: Service, material: Material) -> dict[str, str]:
    """The jobs that were killed in another race, by stage."""
    race.request(INTERRUPTED, small_race(material))
    jobs = race.cloud.state_dir / "jobs"
    found = {
        "screening": kill("screen.py", jobs, _has_scored_a_model),
        "rung": kill("train.py", jobs, _has_tried_a_rate),
        "final": kill("train.py", jobs, _is_past_the_trials),
    }
    race.wait_for_results(INTERRUPTED)
    return found


def _has_scored_a_model(job: Path) -> bool:
    return (job / "checkpoints" / "screening.json").exists()


def _has_tried_a_rate(job: Path) -> bool:
    return (job / "checkpoints" / "rate_trials.json").exists()


def _is_past_the_trials(job: Path) -> bool:
    """Whether it has stored a checkpoint of its own, beside those that the rung has left."""
    config = json.loads((job / "input" / "data" / "config" / "config.json").read_text())
    if config["stage"] != "final":
        return False
    found = (job / "checkpoints").glob("rate-*/checkpoint-*/trainer_state.json")
    trial_epochs = config["trial_share"] * config["hyperparameters"]["epochs"]
    return any(_epoch(path) > trial_epochs + 1 for path in found)


def _epoch(state: Path) -> float:
    try:
        return float(json.loads(state.read_text())["epoch"])
    except (OSError, ValueError):
        # It is just being written, or removed.
        return 0.0


def test_a_killed_preparation_says_so(cut_preparation: CutPreparation) -> None:
    assert "was killed" in json.dumps(cut_preparation.error)


def test_what_a_killed_preparation_has_stored_is_not_fetched_again(
    cut_preparation: CutPreparation, race: Service, hub: StandInHub
) -> None:
    assert cut_preparation.stored
    again = hub.requested[cut_preparation.num_requests :]
    weights = {path for path in again if path.endswith("model.safetensors")}

    assert weights
    assert not [
        path for path in weights for model in cut_preparation.stored if f"/{model}/" in path
    ]


@pytest.mark.parametrize("stage", ["screening", "rung", "final"])
def test_a_job_that_was_killed_goes_on_where_it_was(
    race: Service, killed: dict[str, str], stage: str
) -> None:
    assert any("bakeoff resumes" in line for line in race.log_of(killed[stage]))


def test_the_results_are_those_of_a_race_without_interruptions(
    race: Service, killed: dict[str, str]
) -> None:
    whole, interrupted = _results(race, NAME), _results(race, INTERRUPTED)
    shared = whole.keys() & interrupted.keys()

    assert {re.sub(r"-\w+-s\d+", "", item) for item in shared} >= {
        "racer-that-learns",
        "racer-that-learns-r1",
    }
    differences = {
        item: {
            name: (value, interrupted[item][name])
            for name, value in whole[item].items()
            if interrupted[item][name] != value
        }
        for item in shared
    }
    assert not any(differences.values()), differences


def test_no_more_is_trained_than_without_interruptions(
    race: Service, killed: dict[str, str]
) -> None:
    def tokens(name: str) -> int:
        return sum(
            result["metrics"]["train_tokens"]
            for item, result in _stored(race, name).items()
            if item.startswith("racer-that-learns-")
        )

    assert tokens(INTERRUPTED) == tokens(NAME) > 0


def test_the_screening_scores_are_those_of_a_race_without_interruptions(
    race: Service, killed: dict[str, str]
) -> None:
    whole, interrupted = _screening(race, NAME), _screening(race, INTERRUPTED)

    assert len(interrupted) == 3
    assert interrupted == {candidate: whole[candidate] for candidate in interrupted}


def test_the_predictions_are_those_of_a_race_without_interruptions(
    race: Service, killed: dict[str, str]
) -> None:
    whole, interrupted = _predictions(race, NAME), _predictions(race, INTERRUPTED)

    assert whole.keys() == interrupted.keys()
    for item, arrays in whole.items():
        assert arrays.keys() == interrupted[item].keys()
        for name, values in arrays.items():
            np.testing.assert_array_equal(values, interrupted[item][name])


def _results(service: Service, name: str) -> dict[str, Any]:
    """What the training jobs that ended well have measured of their models, by item."""
    results = _stored(service, name)
    return {
        item: _without_measurements(result["metrics"])
        for item, result in results.items()
        if result["metrics"]
    }


def _screening(service: Service, name: str) -> dict[str, Any]:
    return {
        score["candidate"]: _without_measurements(score)
        for result in _stored(service, name).values()
        for score in result["screening"]
    }


def _without_measurements(value: Any) -> Any:
    if isinstance(value, dict):
        left = {key: each for key, each in value.items() if key not in MEASURED}
        return {key: _without_measurements(each) for key, each in left.items()}
    if isinstance(value, list):
        return [_without_measurements(each) for each in value if not _is_of_the_machine(each)]
    return value


def _is_of_the_machine(value: Any) -> bool:
    """Whether it is a note that other programs ran meanwhile."""
    return isinstance(value, str) and "other programs used" in value


def _stored(service: Service, name: str) -> dict[str, Any]:
    run = service.run_of(name)["run"]
    keys = service.keys(f"runs/{run}/results/")
    return {Path(key).stem: json.loads(service.get(key)) for key in keys}


def _predictions(service: Service, name: str) -> dict[str, dict[str, Any]]:
    run = service.run_of(name)["run"]
    found = {}
    for key in service.keys(f"runs/{run}/predictions/"):
        if not key.endswith(".npz"):
            continue
        with np.load(io.BytesIO(service.get(key))) as arrays:
            found[Path(key).stem] = dict(arrays)
    return found
