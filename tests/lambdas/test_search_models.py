"""SearchModels, with the real client of the hub on the stand-in hub."""

import json

import pytest

from bakeoff import layout
from bakeoff.errors import HubError
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.search.hub import Hub, Patience
from bakeoff.search.search_outcome import SearchOutcome
from lambdas.search_models import search_models
from storage.hub import Hub as HubOfPreparation
from tests.support.fake_store import FakeStore
from tests.support.hub_models import commit_of, model
from tests.support.run_samples import RUN, resolved_with, settings_with
from tests.support.stand_in_hub import Fault, StandInHub

REQUEST = layout.resolved_request_key(RUN)


@pytest.fixture(autouse=True)
def _usual_client():
    """Leaves the hub's library with the limits that others expect."""
    yield
    HubOfPreparation(None)


@pytest.fixture
def stand_in():
    with StandInHub() as stand_in:
        for entry in (model("a/x"), model("b/y", "custom_code"), model("c/z", gated="auto")):
            stand_in.list_model(entry["id"], **entry)
        yield stand_in


def store_with(include=("d/named",), **search):
    store = FakeStore()
    models = {"search": search, **({"include": list(include)} if include else {})}
    resolved = resolved_with(models=models, baselines=True)
    store.put(REQUEST, resolved.to_json())
    return store


def run_with(store, stand_in, **settings):
    patience = Patience(pauses_seconds=())
    hub = Hub(stand_in.url, False, lambda seconds: None, patience)
    return search_models({"run": RUN}, store, settings_with(**settings), hub)


def candidates(store):
    found = ResolvedRequest.from_json(store.get(REQUEST)).candidates
    return [(each.model, each.revision) for each in found if "baseline/" not in each.model]


def test_the_models_found_are_frozen_into_the_request_and_the_others_kept_with_their_reason(
    stand_in,
):
    store = store_with()
    assert run_with(store, stand_in) == {"status": "accepted", "searches": False}
    assert candidates(store) == [("d/named", None), ("a/x", commit_of("a/x"))]
    outcome = SearchOutcome.from_json(store.get(layout.search_key(RUN)))
    assert {each.id: each.kind for each in outcome.dropped} == {
        "b/y": "own code",
        "c/z": "gated",
    }


def test_models_with_code_take_part_where_the_deployment_allows_it(stand_in):
    store = store_with(gated=True)
    run_with(store, stand_in, allow_remote_code="true")
    assert [each for each, _ in candidates(store)] == ["d/named", "a/x", "b/y", "c/z"]


def test_another_attempt_searches_nothing_anew(stand_in):
    store = store_with()
    before = store.get(REQUEST)
    run_with(store, stand_in)
    after = dict(store.objects)
    stand_in.list_model("e/new", **model("e/new", downloads=9))
    asked = len(stand_in.requested)
    # As if the first attempt had ended between its two documents.
    store.put(REQUEST, before)
    assert run_with(store, stand_in)["status"] == "accepted"
    assert run_with(store, stand_in)["status"] == "accepted"
    assert (store.objects, len(stand_in.requested)) == (after, asked)


def test_a_search_that_finds_nothing_rejects_the_request(stand_in):
    store = store_with(include=(), licenses=["mit"])
    before = store.get(REQUEST)
    answer = run_with(store, stand_in)
    assert answer["status"] == "rejected"
    (problem,) = answer["problems"]
    assert problem["field"] == "models.search"
    assert "licence: 2, gated: 1" in problem["problem"]
    assert store.get(REQUEST) == before
    assert json.loads(store.get(layout.search_key(RUN)))["found"] == []


def test_a_search_that_finds_nothing_leaves_the_models_that_the_request_includes(stand_in):
    store = store_with(licenses=["mit"])

    assert run_with(store, stand_in) == {"status": "accepted", "searches": False}

    resolved = ResolvedRequest.from_json(store.get(REQUEST))
    assert candidates(store) == [("d/named", None)]
    # There is no other model that they could be preferred to.
    assert (resolved.searches, resolved.search.num_found, resolved.included) == (False, 0, [])


def test_a_hub_that_is_down_fails_the_attempt_and_leaves_no_outcome(stand_in):
    stand_in.misbehave("/api/models", Fault(status=503))
    store = store_with()
    with pytest.raises(HubError, match="answered 503"):
        run_with(store, stand_in)
    assert not store.exists(layout.search_key(RUN))
    assert run_with(store, stand_in)["status"] == "accepted"


def test_a_request_without_a_search_is_accepted_as_it_is(stand_in):
    store = FakeStore()
    store.put(REQUEST, resolved_with().to_json())
    before = dict(store.objects)
    assert run_with(store, stand_in)["status"] == "accepted"
    assert store.objects == before
