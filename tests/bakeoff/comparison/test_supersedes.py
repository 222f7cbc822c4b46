import json

import pytest

from bakeoff.comparison.supersedes import is_newest

NOON = "2026-11-12T12:00:00Z"


def at(time):
    return json.dumps({"requested_at": time}).encode()


@pytest.mark.parametrize(
    ("published", "answer"),
    [
        ([], True),
        ([None, None], True),
        ([at("2026-11-12T11:59:59Z"), None], True),
        ([at("2026-11-12T12:00:01Z"), None], False),
        ([at("2026-11-12T11:00:00Z"), at("2026-11-12T13:00:00Z")], False),
        ([at(NOON)], True),
        ([at("2026-11-12T12:30:00+01:00")], True),
        ([at("2026-11-12T12:00:00")], True),
        ([at(None)], True),
        ([at("yesterday")], True),
        ([at(5)], True),
        ([b"{}"], True),
        ([b"[]"], True),
        ([b"{"], True),
        ([b"\xff"], True),
    ],
)
def test_the_run_that_was_requested_last_is_the_newest(published, answer):
    assert is_newest(NOON, published) is answer


@pytest.mark.parametrize("time", [None, "", "yesterday"])
def test_a_run_without_a_time_counts_as_the_newest(time):
    assert is_newest(time, [at(NOON)])
