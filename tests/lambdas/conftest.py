import copy
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bakeoff import layout
from bakeoff.settings import ServiceSettings
from lambdas.compare import write_comparison
from lambdas.plan_wave import plan
from lambdas.read_request import read_request
from lambdas.record_result import record_result
from tests.support.agreement import FILES
from tests.support.fake_experiments import FakeExperiments
from tests.support.fake_price_list import FakePriceList
from tests.support.fake_store import FakeStore, tar_gz
from tests.support.finished_job import FinishedJobs, metrics_json, npz, predictions
from tests.support.manifests import manifest_of
from tests.support.run_samples import settings_with

EVENTS = Path(__file__).parent / "events"
ARN = "arn:aws:states:eu-central-1:111122223333:execution:Bakeoff:17793124"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OTHER_ARN = "arn:aws:states:eu-central-1:111122223333:execution:Bakeoff:99999999"


@pytest.fixture
def recorded() -> Callable[[str], dict[str, Any]]:
    """Recorded AWS JSON by file name."""
    return lambda name: json.loads((EVENTS / f"{name}.json").read_text())


@pytest.fixture
def s3_event(recorded: Callable[[str], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The recorded S3 event, for another key where one is given."""

    def make(key: str | None = None) -> dict[str, Any]:
        event = copy.deepcopy(recorded("object_created"))
        if key is not None:
            event["detail"]["object"]["key"] = key
        return event

    return make


@pytest.fixture
def settings() -> ServiceSettings:
    return settings_with()


@pytest.fixture
def code() -> FakeStore:
    """The assets bucket, where the deployment left the training code."""
    assets = FakeStore("cdk-assets")
    assets.objects["0123abcd.gz"] = tar_gz(
        {"train.py": b"print('train')\n", "prepare.py": b"print('prepare')\n"}
    )
    return assets


@pytest.fixture
def store(s3_event: Callable[..., dict[str, Any]]) -> FakeStore:
    """The bucket with the walk-through's request in it, without baselines."""
    bucket = FakeStore()
    put_request(
        bucket,
        s3_event(),
        {
            "dataset": "stanfordnlp/imdb",
            "models": ["distilbert-base-uncased", "distilroberta-base"],
            "baselines": False,
        },
    )
    return bucket


@pytest.fixture
def run(
    store: FakeStore,
    code: FakeStore,
    settings: ServiceSettings,
    s3_event: Callable[..., dict[str, Any]],
) -> str:
    """The walk-through's run, planned."""
    run: str = read_in(store, code, settings, s3_event())["run"]
    resolved = json.loads(store.objects[layout.resolved_request_key(run)])
    manifest = json.dumps(manifest_of(resolved)).encode()
    store.objects[layout.manifest_key(run)] = manifest
    store.objects[layout.data_card_key(run)] = b'{"rows": {}}'
    plan({"run": run, "wave": 1}, store, FakeExperiments(), settings)
    return run


@pytest.fixture
def finish(
    store: FakeStore, run: str, recorded: Callable[[str], dict[str, Any]]
) -> Callable[..., None]:
    """Completes the planned jobs whose model is given, with its accuracy on test."""

    def finish(accuracies: Mapping[str, float], with_predictions: bool = True) -> None:
        for item in json.loads(store.objects[layout.plan_key(run, 1)]):
            model = item["candidate"].rsplit("-", 1)[0]
            if model in accuracies:
                job = f"{item['base_job_name']}-1"
                labels, logits = predictions(accuracies[model], item["seed"] + len(model))
                files = {"metrics.json": json.dumps(metrics_json(labels, logits)).encode()}
                if with_predictions:
                    files["predictions.npz"] = npz(labels, logits)
                    files["predictions.parquet"] = f"rows of {job}".encode()
                model_key = f"runs/{run}/output/{job}/output/model.tar.gz"
                store.objects[model_key] = f"weights of {job}".encode()
                store.objects[f"runs/{run}/output/{job}/output/output.tar.gz"] = tar_gz(files)
                jobs = FinishedJobs(recorded("training_job_completed"), run)
                payload = {"item": item, "job_name": job, "attempt": 1, "error": None}
                record_result(payload, store, jobs)

    return finish


@pytest.fixture
def compare(
    store: FakeStore, run: str, recorded: Callable[[str], dict[str, Any]]
) -> Callable[..., dict[str, Any]]:
    """Compares that run."""
    payload = {"run": run, "name": "imdb", "bucket": "bakeoff-bucket", "execution_arn": ARN}
    jobs = FinishedJobs(recorded("training_job_completed"), run)
    return lambda **more: write_comparison(payload | more, store, jobs)


def read_in(
    store: FakeStore,
    code: FakeStore,
    settings: ServiceSettings,
    event: dict[str, Any],
    arn: str = ARN,
    price_list: FakePriceList | None = None,
) -> dict[str, Any]:
    """The output of ReadRequest; without a price list no price is known."""
    payload = {"event": event, "execution_arn": arn}
    return read_request(payload, store, code, settings, price_list or FakePriceList(), lambda: NOW)


def put_request(bucket: FakeStore, event: dict[str, Any], content: object) -> None:
    """Puts the request where `event` says that it is, under the version it says."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    written = event["detail"]["object"]
    bucket.objects[written["key"]] = raw
    if "version-id" in written:
        bucket.versions[written["key"], written["version-id"]] = raw


def newest(store: FakeStore) -> dict[str, bytes]:
    """The files of the newest results, by name."""
    return {file: store.objects[f"results/imdb/{file}"] for file in FILES}
