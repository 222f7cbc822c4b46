import json

import pytest

from bakeoff import layout
from bakeoff.request.upload import RequestEvent
from lambdas.record_failure import record_failure
from tests.lambdas.conftest import ARN, OTHER_ARN, put_request, read_in

PROBLEMS = [{"field": "models", "problem": "no models", "remedy": "name at least one"}]


def silent(detail):
    """Nobody is to be told."""


def latest(store, name="imdb"):
    return json.loads(store.objects[f"results/{name}/error.json"])


def test_a_rejected_request_leaves_its_problems_beside_the_results(store, s3_event):
    payload = {"event": s3_event(), "execution_arn": ARN, "problems": PROBLEMS}
    answer = record_failure(payload, store, silent)
    run = RequestEvent.from_event(s3_event()).run
    assert answer == {"run": run, "name": "imdb"}
    assert latest(store)["problems"] == PROBLEMS
    assert latest(store)["run"] == run
    assert latest(store)["execution_arn"] == ARN
    archived = store.objects[f"results/imdb/runs/{run}/error.json"]
    assert archived == store.objects["results/imdb/error.json"]


def test_the_name_of_the_request_decides_once_it_is_known(store, code, settings, s3_event):
    put_request(store, s3_event(), {"name": "other", "dataset": "a/b", "models": ["m"]})
    read_in(store, code, settings, s3_event())
    error = {"Error": "States.TaskFailed", "Cause": "it broke"}
    payload = {"event": s3_event(), "execution_arn": ARN, "error": error}
    assert record_failure(payload, store, silent)["name"] == "other"
    assert "it broke" in json.dumps(latest(store, "other"))


def test_a_timeout_that_no_catch_sees_is_recorded_from_its_event(store, recorded, s3_event):
    change = recorded("execution_timed_out")
    change["detail"]["input"] = json.dumps(s3_event())
    assert record_failure(change, store, silent)["name"] == "imdb"
    assert latest(store)["error"]["error"] == "States.Timeout"


def test_the_first_report_of_a_failure_is_kept(store, recorded, s3_event):
    record_failure({"event": s3_event(), "execution_arn": ARN, "problems": PROBLEMS}, store, silent)
    before = dict(store.objects)
    change = recorded("execution_timed_out")
    change["detail"]["input"] = json.dumps(s3_event())
    record_failure(change, store, silent)
    assert store.objects == before


def test_a_late_report_does_not_bring_back_an_error_that_a_success_removed(store, s3_event):
    payload = {"event": s3_event(), "execution_arn": ARN, "problems": PROBLEMS}
    record_failure(payload, store, silent)
    store.delete("results/imdb/error.json")
    record_failure(payload, store, silent)
    assert "results/imdb/error.json" not in store.objects


def test_a_run_of_another_execution_is_left_alone(store, code, settings, s3_event):
    read_in(store, code, settings, s3_event())
    before = dict(store.objects)
    payload = {"event": s3_event(), "execution_arn": OTHER_ARN, "error": {"Error": "x"}}
    assert record_failure(payload, store, silent) == {"run": None, "name": None}
    assert store.objects == before


def test_an_earlier_comparison_survives_a_later_failure(store, s3_event):
    store.objects["results/imdb/comparison.csv"] = b"kept"
    record_failure({"event": s3_event(), "execution_arn": ARN, "problems": PROBLEMS}, store, silent)
    assert store.objects["results/imdb/comparison.csv"] == b"kept"


@pytest.mark.parametrize("text", [None, "", "{", "{}", "[]"])
def test_an_execution_that_no_request_started_is_logged_and_writes_nothing(store, recorded, text):
    before = dict(store.objects)
    change = recorded("execution_timed_out")
    change["detail"]["input"] = text
    assert record_failure(change, store, silent) == {"run": None, "name": None}
    assert store.objects == before


def test_the_failure_of_an_ignored_key_writes_nothing(store, s3_event):
    before = dict(store.objects)
    payload = {"event": s3_event("results/x/error.json"), "execution_arn": ARN, "error": {}}
    assert record_failure(payload, store, silent) == {"run": None, "name": None}
    assert store.objects == before
    assert layout.REQUESTS_PREFIX == "requests/"


def test_a_failure_reported_after_the_run_was_compared_is_left_out(store, s3_event):
    run = RequestEvent.from_event(s3_event()).run
    store.objects[f"results/imdb/runs/{run}/run.json"] = b"{}"
    before = dict(store.objects)
    record_failure({"event": s3_event(), "execution_arn": ARN, "problems": PROBLEMS}, store, silent)
    assert store.objects == before


@pytest.mark.parametrize("file", ["run.json", "error.json"])
def test_a_run_that_fails_after_a_newer_one_ended_is_reported_in_its_archive_alone(
    store, s3_event, file
):
    newer = json.dumps({"requested_at": "2026-11-12T00:00:01Z"}).encode()
    store.objects[f"results/imdb/{file}"] = newer
    record_failure({"event": s3_event(), "execution_arn": ARN, "problems": PROBLEMS}, store, silent)
    run = RequestEvent.from_event(s3_event()).run
    assert json.loads(store.objects[f"results/imdb/runs/{run}/error.json"])["problems"] == PROBLEMS
    assert store.objects[f"results/imdb/{file}"] == newer
    assert ("results/imdb/error.json" in store.objects) == (file == "error.json")


def test_the_failure_of_a_newer_run_is_reported_beside_an_older_success(store, s3_event):
    older = json.dumps({"requested_at": "2026-11-11T23:59:59Z"}).encode()
    store.objects["results/imdb/run.json"] = older
    record_failure({"event": s3_event(), "execution_arn": ARN, "problems": PROBLEMS}, store, silent)
    assert latest(store)["requested_at"] == "2026-11-12T00:00:00Z"


def test_a_run_that_an_earlier_deployment_began_can_fail_too(store, s3_event):
    run = RequestEvent.from_event(s3_event()).run
    earlier = {"schema_version": 1, "name": "other", "text": "text"}
    store.objects[layout.resolved_request_key(run)] = json.dumps(earlier).encode()
    error = {"Error": "DocumentError", "Cause": "This is no ResolvedRequest"}
    record_failure({"event": s3_event(), "execution_arn": ARN, "error": error}, store, silent)
    assert latest(store, "other")["run"] == run


def test_an_end_that_the_state_machine_cannot_announce_is_announced_once(store, recorded, s3_event):
    change = recorded("execution_timed_out")
    change["detail"]["input"] = json.dumps(s3_event())
    announced = []
    for _ in range(2):
        record_failure(change, store, announced.append)
    (detail,) = announced
    assert detail["name"] == "imdb"
    assert detail["error"] == "States.Timeout"
    assert detail["execution_arn"] == change["detail"]["executionArn"]
    assert detail["cause"]


def test_a_failure_that_the_state_machine_announces_itself_is_not_announced_twice(store, s3_event):
    announced = []
    payload = {"event": s3_event(), "execution_arn": ARN, "problems": PROBLEMS}
    record_failure(payload, store, announced.append)
    assert announced == []
