import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bakeoff.settings import ServiceSettings
from lambdas.read_request import read_request
from tests.support.fake_price_list import FakePriceList
from tests.support.fake_store import FakeStore, tar_gz
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
