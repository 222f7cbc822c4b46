"""Preparation from the hub: the real clients, in a process of their own, against a stand-in."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.support import TRAIN
from tests.support.stand_in_hub import Fault, Repository, StandInHub
from tests.support.tiny_imdb import BAD, DATASET, GOOD
from tests.support.tiny_models import build_tiny_model

Json = dict[str, Any]

DISTILBERT, ROBERTA = "distilbert-base-uncased", "distilroberta-base"
GATED, HEAVY = "somebody/gated", "somebody/heavy"
MOVING = "somebody/moving"
BUSY, BUSY_ROWS = "somebody/busy", "somebody/busy-rows"
CONFIGS, SIZELESS = "somebody/configs", "somebody/sizeless"
WRONG, WRONG_ROWS, FULL = "somebody/wrong", "somebody/wrong-rows", "somebody/full"
# A namespace like any other: our own baselines are recognised by their method.
MISSING = "baseline/has-this"
TOKEN = "hf_right"
CASES: dict[str, Json] = {
    "pinned": {"models": [DISTILBERT, (ROBERTA, "main")]},
    "models": {"models": [DISTILBERT, MISSING, (ROBERTA, "no-such-branch"), GATED, HEAVY]},
    "token": {"models": [GATED], "secret": TOKEN},
    "id": {"id": MISSING},
    "revision": {"revision": "no-such-branch"},
    "config": {"config": "french"},
    "split": {"test": "held-out"},
    "unlabelled": {"test": "unsupervised"},
    "moving": {"id": MOVING},
    "moved": {"id": MOVING},
    "busy": {"id": BUSY_ROWS, "models": [BUSY]},
    "broken": {"models": [WRONG, FULL, DISTILBERT]},
    "broken rows": {"id": WRONG_ROWS},
    "one config": {"id": CONFIGS, "config": "short", "models": []},
    "sizeless": {"id": SIZELESS, "models": []},
}
# The clients read HF_ENDPOINT when they are imported: hence a process, and one for all cases.
DRIVER = """
import json, os, sys
import boto3, moto
import prepare
from bench.folder_objects import FolderObjects
from storage import hub, hub_client
# A hub that fails is asked again as often as ever, but without the time in between.
hub.Patience = lambda: hub_client.Patience(pause_seconds=0.01)
for case in json.loads(sys.argv[1]):
    print("CASE", case["name"], flush=True)
    with moto.mock_aws():
        environ = dict(os.environ)
        if case["secret"]:
            secrets = boto3.client("secretsmanager", region_name="us-east-1")
            made = secrets.create_secret(Name="hub-token", SecretString=case["secret"])
            environ["HUB_TOKEN_SECRET_ARN"] = made["ARN"]
        status = prepare.main(case["arguments"], environ, FolderObjects)
    if status != 0:
        sys.exit(f"case {case['name']} ended with {status}")
"""


@dataclass(frozen=True)
class Prepared:
    """The output of prepare.py, by case."""

    folder: Path
    log: str

    def output(self, case: str) -> Path:
        return self.folder / case / "prepared"

    def store(self, case: str) -> Path:
        return self.folder / case / "store"

    def manifest(self, case: str) -> Json:
        manifest: Json = json.loads((self.output(case) / "manifest.json").read_text())
        return manifest

    def fetched(self, case: str) -> Json:
        fetching: Json = json.loads((self.folder / case / "progress" / "fetching.json").read_text())
        return fetching

    def model(self, case: str, name: str) -> Json:
        (model,) = [model for model in self.manifest(case)["models"] if model["model"] == name]
        return dict(model)


@pytest.fixture(scope="module")
def prepared(
    hub: StandInHub,
    imdb_on_the_hub: dict[str, Repository],
    tmp_path_factory: pytest.TempPathFactory,
) -> Prepared:
    """Every case, prepared."""
    models = tmp_path_factory.mktemp("models")
    hub.add_model(GATED, build_tiny_model("bert", models / "gated", [*GOOD, *BAD]), TOKEN)
    heavy = build_tiny_model("bert", models / "heavy", [*GOOD, *BAD])
    for name in ("tf_model.h5", "pytorch_model.bin", "onnx/model.onnx", "optimizer.bin"):
        (heavy / name).parent.mkdir(exist_ok=True)
        (heavy / name).write_bytes(b"heavy")
    hub.add_model(HEAVY, heavy)
    hub.add_dataset(MOVING, moving_rows("before"))
    hub.move_dataset(MOVING, moving_rows("after"))
    for name in (BUSY, WRONG, FULL):
        hub.add_model(name, heavy)
    hub.add_dataset(CONFIGS, configured())
    for name in (BUSY_ROWS, WRONG_ROWS, SIZELESS):
        hub.add_dataset(name, moving_rows("still"))
    hub.misbehave(f"/api/models/{BUSY}", Fault(429, {"Retry-After": "0.1"}), Fault(502))
    hub.misbehave(f"/api/datasets/{BUSY_ROWS}", Fault(500), Fault(503), Fault())
    hub.misbehave(f"{SIZELESS}/paths-info/", Fault(501), times=20)
    hub.misbehave(f"{BUSY_ROWS}/resolve/", Fault(), Fault(504), times=20)
    hub.misbehave(f"{BUSY}/resolve/", Fault(cut_after=100), Fault(), times=20)
    hub.misbehave(f"/api/models/{FULL}", Fault(429, {"Retry-After": "3600"}), times=20)
    # The first request asks for the size alone.
    hub.misbehave(f"{WRONG}/resolve/", Fault(flips=True), times=20)
    hub.misbehave(f"{WRONG_ROWS}/resolve/", Fault(flips=True), times=20)
    return prepare(hub.url, CASES, tmp_path_factory.mktemp("prepared"))


def moving_rows(word: str) -> dict[str, bytes]:
    rows = "".join(f"{word} {number},{number % 2}\n" for number in range(40))
    return {"train.csv": f"text,label\n{rows}".encode()}


def configured() -> dict[str, bytes]:
    (rows,) = moving_rows("some").values()
    card = "".join(
        f"\n- config_name: {name}\n  data_files: {name}/*.csv" for name in ("short", "long")
    )
    files = {"short/train.csv": rows, **{f"long/{part}.csv": 9 * rows for part in range(20)}}
    return {"README.md": f"---\nconfigs:{card}\n---\n".encode(), **files}


def prepare(hub_url: str, cases: dict[str, Json], folder: Path) -> Prepared:
    described = [
        {"name": name, "secret": case.get("secret"), "arguments": arguments(case, folder / name)}
        for name, case in cases.items()
    ]
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, json.dumps(described)],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("HF_")},
            "PYTHONPATH": os.pathsep.join([str(TRAIN), str(TRAIN.parent)]),
            "HF_ENDPOINT": hub_url,
            "HF_HOME": str(folder / "hf"),
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "SAGEMAKER_BASE_DIR": str(folder),
        },
        capture_output=True,
        text=True,
    )
    log = done.stdout + done.stderr
    assert done.returncode == 0, log
    return Prepared(folder, log)


def arguments(case: Json, folder: Path) -> list[str]:
    """The command line of one case, whose request is written into `folder`."""
    folder.mkdir(parents=True)
    request = folder / "request.json"
    request.write_text(json.dumps(resolved(case)))
    return [
        *("--request", str(request)),
        *("--output", str(folder / "prepared")),
        *("--cache", str(folder / "cache")),
        *("--store", str(case.get("store", folder / "store"))),
        *("--progress", str(folder / "progress")),
    ]


def resolved(case: Json) -> Json:
    """The fields of a resolved request that PrepareData reads."""
    models = [
        model if isinstance(model, tuple) else (model, None)
        for model in case.get("models", [DISTILBERT])
    ]
    return {
        "schema_version": 2,
        "dataset": {
            "id": case.get("id", DATASET),
            "config": case.get("config"),
            "revision": case.get("revision"),
            "splits": {split: case.get(split) for split in ("train", "validation", "test")},
            "files": None,
        },
        "text": None,
        "label": None,
        "label_delimiter": None,
        "task": None,
        "positive_label": None,
        "drop_leaked": True,
        "max_train_rows": None,
        "max_test_rows": None,
        "validation_fraction": 0.1,
        "test_fraction": 0.2,
        "split_seed": 42,
        "candidates": [
            {
                "candidate": model.replace("/", "-"),
                "model": model,
                "revision": revision,
                "method": "full",
                "hyperparameters": {"max_length": 16},
            }
            for model, revision in models
        ],
    }


def test_revisions_of_data_and_models_are_pinned_to_commits(
    prepared: Prepared, imdb_on_the_hub: dict[str, Repository]
) -> None:
    manifest = prepared.manifest("pinned")

    assert manifest["dataset"]["revision"] == imdb_on_the_hub[DATASET].commit
    assert {model["model"]: model["revision"] for model in manifest["models"]} == {
        name: imdb_on_the_hub[name].commit for name in (DISTILBERT, ROBERTA)
    }


def test_how_much_of_the_data_and_the_models_is_fetched_is_written_down(
    prepared: Prepared, imdb_on_the_hub: dict[str, Repository]
) -> None:
    weights = [
        len(imdb_on_the_hub[name].files["model.safetensors"]) for name in (DISTILBERT, ROBERTA)
    ]
    files = imdb_on_the_hub[DATASET].files
    rows = sum(len(content) for name, content in files.items() if name.endswith(".parquet"))
    of_all, of_data = (prepared.fetched(case) for case in ("pinned", "unlabelled"))

    assert of_all["fetched_bytes"] == of_all["num_bytes"] > sum(weights) + rows > rows > 0
    # It is refused for its rows, before a model is fetched.
    assert of_data == {"fetched_bytes": rows, "num_bytes": rows}


def test_only_the_files_of_the_configuration_count_and_no_others_are_listed_for_it(
    prepared: Prepared, hub: StandInHub
) -> None:
    num_bytes = len(configured()["short/train.csv"])
    commit = prepared.manifest("one config")["dataset"]["revision"]

    assert prepared.fetched("one config")["num_bytes"] == num_bytes
    assert f"/api/datasets/{CONFIGS}/tree/{commit}/short" in hub.requested
    assert f"/api/datasets/{CONFIGS}/tree/{commit}" not in hub.requested


def test_a_hub_that_tells_no_sizes_of_data_fails_nothing(prepared: Prepared) -> None:
    assert prepared.manifest("sizeless")["dataset"] is not None
    assert prepared.fetched("sizeless")["num_bytes"] == 0


def test_the_data_sets_own_label_names_are_used(
    prepared: Prepared,
) -> None:
    dataset = prepared.manifest("pinned")["dataset"]

    assert dataset["labels"] == ["neg", "pos"]
    assert dataset["positive_label"] == "pos"
    # 20 of the 80 rows of train also occur in test.
    assert dataset["leaked_rows_dropped"] == 20
    assert dataset["rows"] == {"train": 54, "validation": 6, "test": 20}


def test_a_branch_that_moves_meanwhile_is_read_at_the_commit_that_it_had(
    prepared: Prepared, hub: StandInHub
) -> None:
    moving, moved = (prepared.manifest(case)["dataset"] for case in ("moving", "moved"))

    assert moved["revision"] == hub.repositories["datasets"][MOVING].commit
    assert moving["revision"] != moved["revision"]
    for case, dataset, word in (("moving", moving, "before"), ("moved", moved, "after")):
        rows = pq.read_table(prepared.store(case) / dataset["prefix"] / "train.parquet")
        assert {text.split()[0] for text in rows["text"].to_pylist()} == {word}


def test_a_model_that_is_not_there_fails_and_the_others_are_ready(prepared: Prepared) -> None:
    missing, unknown = prepared.model("models", MISSING), prepared.model("models", ROBERTA)

    assert prepared.model("models", DISTILBERT)["status"] == "ready"
    assert missing["status"] == unknown["status"] == "failed"
    assert "baseline/has-this does not exist on the hub, or is private" in missing["reason"]
    assert "distilroberta-base has no such revision" in unknown["reason"]


def test_a_gated_model_fails_with_a_remedy(prepared: Prepared) -> None:
    gated = prepared.model("models", GATED)

    assert gated["status"] == "failed"
    assert "is gated: accept its terms on the hub" in gated["reason"]
    assert "hub_token_secret_arn" in gated["reason"]


def test_the_secrets_token_opens_a_gated_model_and_is_written_nowhere(prepared: Prepared) -> None:
    assert prepared.model("token", GATED)["status"] == "ready"

    assert TOKEN not in prepared.log
    folder = prepared.output("token").parent
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert {"manifest.json", "model.safetensors"} <= {path.name for path in written}
    assert not [path for path in written if TOKEN.encode() in path.read_bytes()]


def test_files_that_training_does_not_need_are_not_fetched(prepared: Prepared) -> None:
    snapshot = prepared.store("models") / prepared.model("models", HEAVY)["snapshot_prefix"]

    assert {path.relative_to(snapshot).as_posix() for path in snapshot.rglob("*")} == {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    }


@pytest.mark.parametrize(
    ("case", "field", "message"),
    [
        ("id", "dataset", "does not exist on the hub"),
        ("revision", "dataset", "no such revision"),
        ("config", "dataset.config", "'plain_text'"),
        ("split", "dataset.test", "'unsupervised'"),
        ("unlabelled", "dataset.test", "have no labels"),
    ],
)
def test_a_missing_data_set_is_rejected_with_the_available_ones(
    prepared: Prepared, case: str, field: str, message: str
) -> None:
    manifest = prepared.manifest(case)

    assert manifest["status"] == "rejected"
    (problem,) = manifest["problems"]
    assert problem["field"] == field
    assert message in problem["problem"] + problem["remedy"]
    assert not prepared.store(case).exists()


def test_a_hub_that_is_busy_or_cuts_files_off_costs_nothing_but_time(prepared: Prepared) -> None:
    manifest = prepared.manifest("busy")

    assert manifest["status"] == "ready"
    assert prepared.model("busy", BUSY)["status"] == "ready"


def test_a_fault_of_the_hub_costs_that_model_alone_and_is_told(
    prepared: Prepared, hub: StandInHub
) -> None:
    wrong, full = prepared.model("broken", WRONG), prepared.model("broken", FULL)

    assert prepared.model("broken", DISTILBERT)["status"] == "ready"
    assert wrong["status"] == full["status"] == "failed"
    assert f"the hub at {hub.url} sent another content of" in wrong["reason"]
    assert "answered 429 (Too Many Requests) and asked to wait 3600 s" in full["reason"]


def test_rows_with_another_content_are_refused(prepared: Prepared, hub: StandInHub) -> None:
    (problem,) = prepared.manifest("broken rows")["problems"]

    assert f"the hub at {hub.url} sent another content of train.csv" in problem["problem"]
    assert problem["remedy"].startswith("Upload the request again")


def test_nothing_that_an_earlier_run_prepared_is_fetched_again(
    prepared: Prepared, hub: StandInHub, tmp_path: Path
) -> None:
    before = len(hub.requested)
    case = {"models": [DISTILBERT, ROBERTA, HEAVY], "store": prepared.store("pinned")}
    later = prepare(hub.url, {"later": case}, tmp_path)

    fetched = [path for path in hub.requested[before:] if "/resolve/" in path]
    kinds = (".parquet", ".safetensors", "tokenizer.json")
    heavy = {path.split("/resolve/")[0] for path in fetched if path.endswith(kinds)}
    assert heavy == {f"/{HEAVY}"}
    assert later.manifest("later")["dataset"] == prepared.manifest("pinned")["dataset"]
    for model in (DISTILBERT, ROBERTA):
        assert later.model("later", model) == prepared.model("pinned", model)


def test_an_unreachable_hub_is_reported_as_such(tmp_path: Path) -> None:
    nobody_listens = "http://127.0.0.1:9"

    prepared = prepare(nobody_listens, {"silent": {}}, tmp_path)

    (problem,) = prepared.manifest("silent")["problems"]
    assert problem["field"] == "dataset"
    assert f"the hub at {nobody_listens} cannot be reached" in problem["problem"]
