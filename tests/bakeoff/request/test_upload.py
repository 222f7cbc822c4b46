import copy

import pytest

from bakeoff.errors import ExecutionInputError
from bakeoff.names import run_id
from bakeoff.request.upload import RequestEvent

EVENT = {
    "id": "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    "detail": {
        "bucket": {"name": "bakeoff-bucket"},
        "object": {
            "key": "requests/imdb.json",
            "etag": "b1946ac92492d2347c6235b4d2611184",
            "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
            "sequencer": "00617F08299329D189",
        },
    },
}


def event_with(**changes):
    """The event with members of its object changed, or without those that are None."""
    event = copy.deepcopy(EVENT)
    written = event["detail"]["object"] | changes
    event["detail"]["object"] = {k: v for k, v in written.items() if v is not None}
    return event


def test_bucket_key_version_and_run_are_read_from_the_event():
    event = RequestEvent.from_event(EVENT)
    assert (event.bucket, event.key) == ("bakeoff-bucket", "requests/imdb.json")
    assert event.version_id == "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"
    assert event.run == run_id(event.bucket, event.key, event.version_id)
    assert event.results_name == "imdb"
    assert event.is_request


def test_the_upload_time_is_read_from_the_event_if_present():
    assert RequestEvent.from_event(EVENT | {"time": "2026-11-12T00:00:00Z"}).time == (
        "2026-11-12T00:00:00Z"
    )
    assert RequestEvent.from_event(EVENT).time is None
    assert RequestEvent.from_event(EVENT | {"time": 5}).time is None


def test_without_versions_the_sequencer_distinguishes_uploads():
    event = RequestEvent.from_event(event_with(**{"version-id": None}))
    assert event.version_id is None
    assert event.version == "00617F08299329D189"


def test_without_a_sequencer_etag_and_event_do_so_that_another_delivery_is_the_same_run():
    bare = event_with(**{"version-id": None, "sequencer": None})
    event = RequestEvent.from_event(bare)
    assert event.run == RequestEvent.from_event(copy.deepcopy(bare)).run
    assert event.run != RequestEvent.from_event(bare | {"id": "other"}).run


def test_an_event_without_anything_that_distinguishes_uploads_is_refused():
    bare = event_with(**{"version-id": None, "sequencer": None, "etag": None})
    del bare["id"]
    with pytest.raises(ExecutionInputError, match="version-id"):
        RequestEvent.from_event(bare)


def test_keys_come_as_they_are_and_are_not_decoded():
    event = RequestEvent.from_event(event_with(key="requests/a%20b+c.json"))
    assert event.key == "requests/a%20b+c.json"


@pytest.mark.parametrize(
    ("key", "is_request"),
    [
        ("requests/imdb.json", True),
        ("requests/a b.json", True),
        ("requests/deeper/imdb.json", False),
        ("requests/imdb.JSON", False),
        ("requests/imdb.csv", False),
        ("requests/", False),
        ("results/imdb/error.json", False),
        ("runs/requests/x.json", False),
        ("xrequests/imdb.json", False),
        ("requests.json", False),
    ],
)
def test_only_json_directly_under_requests_is_a_request(key, is_request):
    assert RequestEvent.from_event(event_with(key=key)).is_request is is_request


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        "text",
        {},
        {"detail": None},
        {"detail": {"bucket": "b", "object": {"key": "k"}}},
        {"detail": {"bucket": {"name": ""}, "object": {"key": "k"}}},
        {"detail": {"bucket": {"name": "b"}, "object": {"key": 5}}},
        {"detail": {"bucket": {"name": "b"}}},
    ],
)
def test_anything_but_an_s3_event_is_refused_with_a_remedy(event):
    with pytest.raises(ExecutionInputError, match="uploading a request to requests/"):
        RequestEvent.from_event(event)
