"""`status`, with and without a name."""

import pytest

from bakeoff import layout
from tests.support.command_line import invoke
from tests.support.fake_cloud import STARTED, FakeCloud, prepared_run, run_of

KEY = "requests/imdb.json"


@pytest.fixture
def cloud():
    return FakeCloud()


def test_nothing_was_run_yet(cloud):
    ended = invoke(["status"], cloud)

    assert (ended.status, ended.out) == (0, "Nothing was run yet.\n")


def test_runs_are_listed_newest_first(cloud):
    cloud.start_execution("requests/first.json", "v1")
    cloud.end_execution("TIMED_OUT")
    cloud.start_execution("requests/second.json", "v1")

    lines = invoke(["status"], cloud).out.splitlines()

    assert [line.split()[:2] for line in lines[1:]] == [
        ["second", run_of("requests/second.json")],
        ["first", run_of("requests/first.json")],
    ]
    assert " running " in lines[1] and " timed out " in lines[2]


def test_a_run_is_listed_by_the_name_that_its_request_gives(cloud):
    cloud.start_execution(KEY, "v1")
    prepared_run(cloud, run_of(KEY), name="given")

    assert invoke(["status"], cloud).out.splitlines()[1].startswith("given ")


def test_a_run_of_an_earlier_deployment_is_listed_too(cloud):
    cloud.start_execution(KEY, "v1")
    cloud.put_json(layout.resolved_request_key(run_of(KEY)), {"schema_version": 1, "name": "old"})

    assert invoke(["status"], cloud).out.splitlines()[1].startswith("old ")


def test_an_event_that_came_twice_is_listed_once(cloud):
    cloud.start_execution(KEY, "v1")
    cloud.start_execution(KEY, "v1", claims=False)

    assert len(invoke(["status"], cloud).out.splitlines()) == 2


def test_executions_that_no_request_started_are_left_out(cloud):
    cloud.start_execution("elsewhere/imdb.json", "v1")

    assert invoke(["status"], cloud).out == "Nothing was run yet.\n"


def test_the_newest_run_of_a_name_is_shown_once(cloud):
    cloud.start_execution(KEY, "v1")
    cloud.start_execution(KEY, "v2")
    _, _, items = prepared_run(cloud, run_of(KEY, "v2"))
    cloud.jobs[f"{items[0].base_job_name}-1"] = {
        "TrainingJobStatus": "InProgress",
        "SecondaryStatus": "Downloading",
        "CreationTime": STARTED,
    }

    ended = invoke(["status", "imdb"], cloud)

    assert ended.status == 0
    assert f"Run {run_of(KEY, 'v2')} of imdb" in ended.out
    assert "Training, 0:00" in ended.out
    rows = [line.split()[:3] for line in ended.out.splitlines()[-2:]]
    assert rows == [
        ["distilbert-base-uncased", "full", "downloading"],
        ["distilroberta-base", "full", "waiting"],
    ]


def test_a_name_that_no_run_has_is_answered_with_those_there_are(cloud):
    cloud.start_execution(KEY, "v1")

    ended = invoke(["status", "other"], cloud)

    assert ended.status == 1
    assert ended.err == "Error: No recent run is called other: the newest are imdb.\n"


def test_following_goes_on_to_the_end(cloud, tmp_path):
    cloud.start_execution(KEY, "v1")
    problem = {"field": "text", "problem": "There is no such column.", "remedy": "Give text."}

    def end():
        document = {"problems": [problem], "error": None}
        cloud.put_json(layout.archived_key("imdb", run_of(KEY), "error.json"), document)
        cloud.end_execution("FAILED")

    cloud.moments = [lambda: None, end]

    ended = invoke(["status", "imdb", "--follow", "--output", tmp_path], cloud)

    assert ended.status == 2
    assert "There is no such column." in ended.err


@pytest.mark.parametrize("name", ["../x", "-x", "a/b", "ä", "x" * 300])
def test_an_invalid_name_is_a_usage_error(name):
    assert invoke(["status", "--", name]).status == 2
    assert invoke(["results", "--", name]).status == 2
