"""Fixtures for the whole suite: one local cloud with the app in it, and the hub that it asks.

Tests that use `cloud` carry the marker `cloud`. With pytest-xdist, `--dist loadgroup` keeps them
in one process, so that they share one cloud. Likewise the tests of a file, and all of tests/infra,
share what they make.
"""

import gc
import json
import os
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

from local.cloud import LocalCloud
from tests.support.environment import kept_environment

if TYPE_CHECKING:
    from tests.support.stand_in_hub import Repository, StandInHub

# For the jobs of the local cloud: tiny models are slower on several threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Jobs that stand still would cost the suite minutes; tests/local/test_measurements.py tests it.
os.environ.setdefault("BAKEOFF_LOCAL_MEASURE_ALONE", "0")

_CLOUD, _STACK = "cloud", "tests/infra"
# The groups that take longest begin, so that no process is left alone with one at the end.
_FIRST = (_CLOUD, _STACK, "tests/train", "tests/local", "tests/bakeoff/report")
_MAX_JOBS = 2
PRICES_USD_PER_HOUR = {"ml.g5.xlarge": 1.5, "ml.m5.xlarge": 0.25, "ml.m5.2xlarge": 0.5}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    # It imports every library. Their objects stay, and to look through them again and again for
    # some that nothing refers to costs more than it finds.
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


# First, for pytest-xdist reads the marks in the same hook.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    is_divided = config.pluginmanager.hasplugin("xdist")
    for item in items:
        if "cloud" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.cloud)
        if is_divided:
            item.add_marker(pytest.mark.xdist_group(_group_of(item)))
    if is_divided:
        items.sort(key=_turn_of)


def _group_of(item: pytest.Item) -> str:
    if "cloud" in getattr(item, "fixturenames", ()):
        return _CLOUD
    file = item.nodeid.partition("::")[0]
    return _STACK if file.startswith(_STACK) else file


def _turn_of(item: pytest.Item) -> int:
    group = _group_of(item)
    return next((turn for turn, name in enumerate(_FIRST) if group.startswith(name)), len(_FIRST))


@pytest.fixture(autouse=True)
def _own_environment() -> Iterator[None]:
    with kept_environment():
        yield


@pytest.fixture(scope="session")
def hub() -> Iterator["StandInHub"]:
    """A stand-in for the model hub, on loopback; empty until a test adds to it."""
    # Imported here: most tests need neither a hub nor what it imports.
    from tests.support.stand_in_hub import StandInHub

    with StandInHub() as hub:
        yield hub


@pytest.fixture(scope="session")
def imdb_on_the_hub(
    hub: "StandInHub", tmp_path_factory: pytest.TempPathFactory
) -> dict[str, "Repository"]:
    """The repositories that examples/imdb.json names, in small, by their names."""
    from tests.support.tiny_imdb import add_tiny_imdb

    return add_tiny_imdb(hub, tmp_path_factory.mktemp("hub-models"))


@pytest.fixture(scope="session")
def cloud(hub: "StandInHub", tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The local cloud with the app deployed into it, asking the stand-in hub."""
    state_dir = tmp_path_factory.mktemp("cloud")
    prices = tmp_path_factory.mktemp("prices") / "prices.json"
    prices.write_text(json.dumps(PRICES_USD_PER_HOUR))
    with LocalCloud(state_dir, max_jobs=_MAX_JOBS, hub_endpoint=hub.url, prices=prices) as cloud:
        yield cloud
