import json

import pytest

from bakeoff.jobs.error_document import error_document
from bakeoff.request.upload import RequestEvent

EVENT = RequestEvent("bakeoff-bucket", "requests/imdb.json", "1", "1", "2026-11-12T08:30:00Z")
ARN = "arn:aws:states:eu-central-1:111122223333:execution:Bakeoff:17793124"
PROBLEM = {"field": "models", "problem": "There are none.", "remedy": "Name one."}


def document(problems=(), error=None):
    made = error_document(EVENT, ARN, "imdb", problems, error)
    assert json.loads(json.dumps(made)) == made
    return made


def test_an_invalid_request_is_reported_by_its_problems():
    assert document([PROBLEM]) == {
        "schema_version": 1,
        "run": EVENT.run,
        "name": "imdb",
        "request_key": "requests/imdb.json",
        "requested_at": "2026-11-12T08:30:00Z",
        "execution_arn": ARN,
        "problems": [PROBLEM],
        "error": None,
    }


def test_a_failed_execution_is_reported_in_the_same_form():
    error = {"Error": "States.TaskFailed", "Cause": json.dumps({"ExitMessage": "Disk full"})}
    made = document(error=error)
    (problem,) = made["problems"]
    assert problem["field"] == "request"
    assert "Disk full." in problem["problem"]
    assert "Step Functions" in problem["remedy"]
    assert made["error"] == {"error": "States.TaskFailed", "cause": error["Cause"]}


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("States.Timeout", "fewer models"),
        ("Execution.TIMED_OUT", "fewer models"),
        ("Execution.ABORTED", "again"),
        ("States.DataLimitExceeded", "fewer models"),
    ],
)
def test_failures_with_a_specific_remedy_report_it(name, remedy):
    assert remedy in document(error={"Error": name, "Cause": None})["problems"][0]["remedy"]


@pytest.mark.parametrize("error", [None, {}])
def test_a_failure_without_a_message_is_still_described(error):
    made = document(error=error)
    assert made["problems"][0]["problem"]
    assert made["error"] is None
