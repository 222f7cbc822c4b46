"""A hub that misbehaves is asked again within bounds, and then told for what it did."""

import re
import time

import httpx
import pytest
from huggingface_hub.errors import RepositoryNotFoundError

from storage.hub import Hub, refusal
from storage.hub_client import HubError, Patience, within
from tests.support.stand_in_hub import Fault, StandInHub

# For a hub that gives what it is asked for in the end, however slow this machine is.
PATIENT = Patience(silence_seconds=0.5, pause_seconds=0.01, bytes_per_second=10)
# For one that never does.
HASTY = Patience(
    connect_seconds=0.5,
    silence_seconds=0.4,
    answer_seconds=0.5,
    bytes_per_second=100_000,
    wait_seconds=1,
    pause_seconds=0.01,
)
MODEL = "somebody/model"
CONTENT = bytes(range(250)) * 40
SIZES = {"config.json": 2, "model.safetensors": len(CONTENT)}
CONFIG, WEIGHTS = f"{MODEL}/resolve", "model.safetensors"


@pytest.fixture
def stand_in(tmp_path):
    (tmp_path / "config.json").write_bytes(b"{}")
    (tmp_path / "model.safetensors").write_bytes(CONTENT)
    with StandInHub() as stand_in:
        stand_in.add_model(MODEL, tmp_path)
        yield stand_in


@pytest.fixture(autouse=True)
def _usual_client():
    """Leaves the hub's library with the limits that others expect."""
    yield
    Hub(None)


@pytest.fixture
def hub(stand_in):
    return Hub(None, PATIENT, stand_in.url)


@pytest.fixture
def hasty(stand_in):
    return Hub(None, HASTY, stand_in.url)


def fetched(hub, stand_in, folder):
    commit = stand_in.repositories["models"][MODEL].commit
    hub.download(MODEL, commit, SIZES, folder)
    return (folder / "model.safetensors").read_bytes()


def said_of(hub, stand_in, folder):
    """What is told of a hub that does not give the file, and after how many seconds."""
    started = time.monotonic()
    with pytest.raises(HubError) as caught:
        fetched(hub, stand_in, folder)
    return str(caught.value), time.monotonic() - started


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault(status) for status in (429, 500, 502, 503, 504)),
        Fault(429, {"Retry-After": "0.02"}),
        Fault(503, {"Retry-After": "Thu, 01 Jan 2015 00:00:00 GMT"}),
        Fault(is_silent=True),
        Fault(cut_after=20),
    ],
)
def test_an_answer_that_fails_is_asked_for_again(fault, hub, stand_in):
    stand_in.misbehave("/api/models/", fault)
    assert hub.model_commit(MODEL, None) == stand_in.repositories["models"][MODEL].commit
    assert hub.model_files(MODEL, "main") == SIZES


def test_a_hub_that_stays_broken_is_told_with_its_answer(hasty, stand_in):
    stand_in.misbehave("/api/models/", Fault(502), times=99)
    with pytest.raises(HubError, match=r"answered 502 \(Bad Gateway\) \(after \d s, in \d+ att"):
        hasty.model_commit(MODEL, None)


def test_a_hub_that_asks_to_wait_too_long_is_told_at_once(hub, stand_in):
    stand_in.misbehave("/api/models/", Fault(429, {"Retry-After": "600"}))
    with pytest.raises(HubError, match=r"answered 429 .* asked to wait 600 s") as caught:
        hub.model_commit(MODEL, None)
    assert len(stand_in.requested) == 1
    reason = refusal("The model m", caught.value)
    assert reason is not None
    assert reason.startswith("The model m could not be fetched: the hub at http")


def test_what_is_not_there_is_not_asked_for_again(hub, stand_in):
    with pytest.raises(RepositoryNotFoundError):
        hub.model_commit("somebody/else", None)
    assert len(stand_in.requested) == 1


def test_a_file_that_is_cut_off_goes_on_from_there(hub, stand_in, tmp_path):
    stand_in.misbehave(WEIGHTS, Fault(), Fault(cut_after=5000), Fault(502), Fault(cut_after=2000))
    assert fetched(hub, stand_in, tmp_path / "model") == CONTENT


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(is_silent=True), "went silent|did not answer"),
        (Fault(drips=True), "sent its bytes too slowly"),
        (Fault(cut_after=0), "the connection"),
        (Fault(status=503), "answered 503"),
    ],
)
def test_a_file_that_never_arrives_costs_no_more_than_its_time(
    fault, said, hasty, stand_in, tmp_path
):
    # The first request asks for its size.
    stand_in.misbehave(WEIGHTS, Fault(), *[fault] * 99)
    message, seconds = said_of(hasty, stand_in, tmp_path / "model")
    assert re.search(said, message)
    assert seconds < 5


def test_a_file_with_another_content_is_refused_by_its_hash(hub, stand_in, tmp_path):
    stand_in.misbehave(WEIGHTS, Fault(), Fault(flips=True))
    message, _ = said_of(hub, stand_in, tmp_path / "model")
    assert message == "sent another content of model.safetensors than it lists (by its hash)"


def test_all_files_together_have_a_time(hub, stand_in, tmp_path):
    stand_in.misbehave(CONFIG, Fault(is_silent=True), times=99)
    with within(0.2):
        message, seconds = said_of(hub, stand_in, tmp_path / "model")
    assert "did not answer" in message
    # One file alone has a minute.
    assert seconds < 5


def test_a_hub_that_nobody_runs_is_told_at_once():
    hub = Hub(None, PATIENT, "http://127.0.0.1:9")
    with pytest.raises(HubError, match=r"cannot be reached .* in 3 attempts"):
        hub.model_commit(MODEL, None)


def test_the_hub_s_own_library_is_given_the_limits(hub, stand_in):
    from huggingface_hub import get_session

    response = get_session().get(f"{stand_in.url}/api/models/{MODEL}", timeout=None)
    assert response.status_code == httpx.codes.OK
    assert response.request.extensions["timeout"]["read"] == PATIENT.silence_seconds
