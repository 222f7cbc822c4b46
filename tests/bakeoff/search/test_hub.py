"""The real client library asks the stand-in hub for its list of models."""

import pytest

from bakeoff.errors import HubError, HubRefusedError
from bakeoff.request.model_search import ModelSearch
from bakeoff.search.hub import Hub, Patience, asked_for
from bakeoff.search.unsuitable import Limits
from storage.hub import Hub as HubOfPreparation
from tests.support.hub_models import model, two_hundred_models
from tests.support.stand_in_hub import Fault, StandInHub

HASTY = Patience(silence_seconds=0.2, pauses_seconds=(0.0, 0.0))
ENGLISH = {"language": "en", "task": "fill-mask", "max_parameters": 150_000_000}


@pytest.fixture(autouse=True)
def _usual_client():
    """Leaves the hub's library with the limits that others expect."""
    yield
    HubOfPreparation(None)


@pytest.fixture(scope="module")
def busy():
    """A hub with two hundred models."""
    with StandInHub() as stand_in:
        for entry in two_hundred_models():
            stand_in.list_model(entry["id"], **entry)
        yield stand_in


@pytest.fixture
def stand_in():
    with StandInHub() as stand_in:
        stand_in.list_model("a/m", **model("a/m"))
        yield stand_in


def hub_of(stand_in, waits=None):
    sleep = waits.append if waits is not None else lambda seconds: None
    return Hub(stand_in.url, False, sleep, HASTY)


def searched(stand_in, exclude=(), waits=None, **query):
    limits = Limits(ModelSearch(**query), exclude, frozenset(), allow_remote_code=False)
    return hub_of(stand_in, waits).search(limits)


def test_the_same_search_finds_the_same_list_twice(busy):
    first = searched(busy, **ENGLISH, limit=20)
    assert first == searched(busy, **ENGLISH, limit=20)
    assert len(first.found) == 20
    assert all(each.num_parameters <= 150_000_000 for each in first.found)
    assert [each.downloads for each in first.found] == sorted(
        (each.downloads for each in first.found), reverse=True
    )


def test_all_pages_of_the_list_are_read_where_few_models_can_take_part(busy):
    outcome = searched(busy, limit=100, licenses=["apache-2.0", "cc-by-nc-4.0"])
    assert outcome.num_listed == 200 == len(outcome.found) + len(outcome.dropped)
    assert {"licence", "gated", "no weights", "quantised", "family"} <= set(outcome.num_dropped)


def test_the_hub_itself_answers_what_it_can(busy):
    assert len(searched(busy, author="owner-3", limit=100).found) > 5
    assert searched(busy, author="nobody").num_listed == 0
    assert {each.id for each in searched(busy, text="MODEL-4-").found} <= {
        entry["id"] for entry in two_hundred_models() if "/model-4-" in entry["id"]
    }
    german = searched(busy, language="de", limit=100)
    assert {each.id.partition("/")[0] for each in german.found} == {"owner-0", "owner-5"}
    assert searched(busy, library="timm").num_listed == 0


def test_sizes_are_asked_for_in_whole_billions():
    assert asked_for(ModelSearch(max_parameters="130M"))["num_parameters"] == "max:1B"
    large = ModelSearch(min_parameters="1.5B", max_parameters="2.5B")
    assert asked_for(large)["num_parameters"] == "min:1B,max:3B"
    assert asked_for(ModelSearch(min_parameters="1M"))["num_parameters"] is None


def test_a_model_with_files_is_found_by_what_they_say(stand_in, tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    header = b'{"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}'
    weights = len(header).to_bytes(8, "little") + header + bytes(24)
    (tmp_path / "model.safetensors").write_bytes(weights)
    repository = stand_in.add_model("b/tiny", tmp_path)
    stand_in.list_model("b/tiny", downloads=7)
    first = searched(stand_in).found[0]
    assert (first.id, first.revision, first.num_parameters, first.downloads) == (
        "b/tiny",
        repository.commit,
        6,
        7,
    )


@pytest.mark.parametrize("fault", [Fault(status=503), Fault(status=429), Fault(is_silent=True)])
def test_a_busy_hub_is_asked_again(stand_in, fault):
    stand_in.misbehave("/api/models", fault)
    assert len(searched(stand_in).found) == 1


def test_a_hub_that_asks_to_wait_is_waited_for_within_bounds(stand_in):
    waits = []
    stand_in.misbehave("/api/models", Fault(status=429, headers={"Retry-After": "7"}))
    searched(stand_in, waits=waits)
    stand_in.misbehave("/api/models", Fault(status=503, headers={"Retry-After": "86400"}))
    searched(stand_in, waits=waits)
    assert waits == [7.0, 30.0]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(status=503), "answered 503"),
        (Fault(status=500), "answered 500"),
        (Fault(cut_after=10), "cannot be reached"),
        (Fault(flips=True), "cannot be read"),
    ],
)
def test_a_broken_hub_is_an_error_in_words(stand_in, fault, said):
    stand_in.misbehave("/api/models", fault, times=9)
    with pytest.raises(HubError) as caught:
        searched(stand_in)
    assert f"The model hub at {stand_in.url}" in str(caught.value)
    assert said in str(caught.value)
    assert not isinstance(caught.value, HubRefusedError)


def test_a_hub_that_is_not_there_is_an_error_in_words():
    with StandInHub() as gone:
        pass
    with pytest.raises(HubError, match="cannot be reached"):
        searched(gone)


@pytest.mark.parametrize(("status", "remedy"), [(401, "token"), (403, "token"), (400, "search")])
def test_a_hub_that_refuses_is_not_asked_again(stand_in, status, remedy):
    stand_in.misbehave("/api/models", Fault(status=status), times=9)
    before = len(stand_in.requested)
    with pytest.raises(HubRefusedError, match=f"Check the .*{remedy}"):
        searched(stand_in)
    assert len(stand_in.requested) == before + 1
