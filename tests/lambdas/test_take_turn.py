"""Turns at a quota: the answer to one job, and races of runs for one quota."""

import heapq
from datetime import UTC, datetime, timedelta

import pytest

from bakeoff import layout
from bakeoff.errors import StorageError
from lambdas.take_turn import take_turn

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
QUOTA = "ml.g5.xlarge-training"


def ask(store, run="mine", refused=False, seconds=0.0, item="m-s42", num_waits=0):
    payload = {
        "run": run,
        "item": item,
        "quota": QUOTA,
        "refused": refused,
        "num_waits": num_waits,
        "first_wait_seconds": 60,
    }
    now = START + timedelta(seconds=seconds)
    return take_turn(payload, store, lambda: now)["wait_seconds"]


@pytest.fixture
def store(store):
    store.objects.clear()
    return store


def test_the_first_job_goes_at_once_and_leaves_nothing(store):
    assert ask(store) == 0
    assert store.objects == {}


def test_a_refused_job_waits_and_leaves_a_note_that_others_yield_to(store):
    assert ask(store, "waiting", refused=True) == 20
    assert list(store.objects) == [layout.waiting_key(QUOTA, "waiting", "m-s42")]
    assert ask(store, "waiting", seconds=15, item="another") == 0
    assert ask(store, "mine", seconds=15) == 10


def test_a_job_that_has_waited_does_not_yield_again(store):
    ask(store, "waiting", refused=True)
    assert ask(store, "mine", refused=True, num_waits=3) == 21


def test_notes_for_another_quota_do_not_matter(store):
    store.put(layout.waiting_key("ml.m5.xlarge-training", "other", "x"), b"{")
    assert ask(store) == 0


def test_a_note_that_cannot_be_read_is_passed_over(store, monkeypatch):
    store.put(layout.waiting_key(QUOTA, "other", "x"), b"{")
    assert ask(store) == 0

    def unreachable(key):
        raise StorageError("S3 could not be reached")

    monkeypatch.setattr(store, "get", unreachable)
    assert ask(store) == 0


def race(store, runs, quota, job_seconds):
    """Starts of the jobs, by run, where every run creates its next job as soon as one has ended.

    Args:
        runs: for each run its number of jobs, of jobs at once, and the second of its start.
    """
    starts = {run: [] for run in runs}
    left = {run: num_jobs for run, (num_jobs, _, _) in runs.items()}
    in_use = 0
    events = []
    for run, (_, parallel, second) in runs.items():
        for place in range(parallel):
            heapq.heappush(events, (second, len(events), "next", run, place, 0))
    number = len(events)
    while events:
        second, _, what, run, place, waits = heapq.heappop(events)
        number += 1
        if what == "end":
            in_use -= 1
            # The result is recorded, then the Map starts the next item.
            heapq.heappush(events, (second + 2, number, "next", run, place, 0))
        elif what == "next":
            if left[run]:
                left[run] -= 1
                wait = ask(store, run, seconds=second, item=f"{place}")
                event = (second + wait, number, "create", run, place, waits + bool(wait))
                heapq.heappush(events, event)
        elif in_use < quota:
            in_use += 1
            starts[run].append(second)
            heapq.heappush(events, (second + job_seconds, number, "end", run, place, 0))
        else:
            wait = ask(store, run, True, second, f"{place}", waits)
            heapq.heappush(events, (second + wait, number, "create", run, place, waits + 1))
    return starts


def test_a_small_run_gets_the_place_of_the_next_job_that_ends(store):
    starts = race(store, {"large": (40, 2, 0), "small": (1, 1, 30)}, quota=2, job_seconds=600)

    assert starts["small"][0] < 600 + 30
    assert len(starts["large"]) == 40


def test_two_large_runs_share_the_quota(store):
    runs = {"first": (40, 2, 0), "second": (40, 2, 5)}
    starts = race(store, runs, quota=2, job_seconds=300)

    half = sorted(starts["first"] + starts["second"])[39]
    shares = [sum(second <= half for second in starts[run]) for run in runs]
    assert min(shares) >= 12
    # With every place filled at once this would take 40 rounds; the turns cost less than a tenth.
    assert max(starts["first"] + starts["second"]) < 39 * 302 * 1.1


def test_a_run_alone_loses_no_time(store):
    starts = race(store, {"only": (10, 2, 0)}, quota=2, job_seconds=100)

    assert starts["only"] == sorted(2 * [102 * number for number in range(5)])
