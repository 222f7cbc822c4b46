"""`compare --again`: what a run left is compared without training."""

import json

import pytest

from bakeoff import layout
from bakeoff.errors import FunctionFailedError
from infra.workflow import DEFINITION
from tests.support.command_line import invoke
from tests.support.fake_cloud import BUCKET, FakeCloud, prepared_run, put_results, run_of
from tests.support.run_samples import completed
from tests.support.summaries import predictions_of, result_files

KEY = "requests/imdb.json"
RUN = run_of(KEY)


class Compare:
    """Stands in for the function: what it is called with, and what it leaves."""

    def __init__(self, cloud, files, failures=()):
        self._cloud = cloud
        self._files = files
        self._failures = list(failures)
        self.payloads = []

    def __call__(self, payload):
        self.payloads.append(payload)
        if self._failures:
            raise FunctionFailedError(self._failures.pop(0))
        for file, content in self._files.items():
            self._cloud.objects[f"results/imdb/runs/{payload['run']}/{file}"] = content


@pytest.fixture
def cloud():
    """A run whose execution was stopped after its jobs had ended."""
    cloud = FakeCloud()
    cloud.start_execution(KEY, "v1")
    resolved, manifest, items = prepared_run(cloud, RUN)
    results = [completed(item, 0.9) for item in items]
    put_results(cloud, items, results)
    files = result_files(resolved, manifest, items, results, predictions_of(items))
    files["run.json"] = b"{}"
    cloud.end_execution("ABORTED")
    cloud.on_compare = Compare(cloud, files)
    return cloud


def again(cloud, folder, *runs):
    return invoke(["compare", "--again", *runs, "--output", folder], cloud)


@pytest.mark.parametrize("text", [RUN, "imdb"])
def test_a_run_is_compared_as_its_execution_would_have_done_and_shown(cloud, tmp_path, text):
    ended = again(cloud, tmp_path, text)

    assert (ended.status, ended.err) == (0, "")
    arn = cloud.executions[0].arn
    assert cloud.on_compare.payloads == [
        {"run": RUN, "name": "imdb", "bucket": BUCKET, "execution_arn": arn}
    ]
    assert (tmp_path / "imdb" / "comparison.csv").is_file()
    assert "10,000 test rows" in ended.out


@pytest.mark.parametrize(("state", "call"), [("Compare", 0), ("CompareAverages", 1)])
def test_the_payloads_have_the_members_of_those_in_the_state_machine(cloud, tmp_path, state, call):
    cloud.on_compare._failures = ["Out of memory."]

    again(cloud, tmp_path, RUN)

    states = json.loads(DEFINITION.read_text())["States"]
    members = states[state]["Arguments"]["Payload"]
    assert cloud.on_compare.payloads[call].keys() == members.keys()


def test_the_newest_run_of_a_name_is_taken(cloud, tmp_path):
    cloud.start_execution(KEY, "v2")
    cloud.end_execution("FAILED")
    newer = run_of(KEY, "v2")
    prepared_run(cloud, newer)

    assert again(cloud, tmp_path, "imdb").status == 0
    assert [payload["run"] for payload in cloud.on_compare.payloads] == [newer]


def test_a_run_that_goes_on_is_refused_with_what_stops_it(cloud, tmp_path):
    cloud.start_execution(KEY, "v2")
    prepared_run(cloud, run_of(KEY, "v2"))

    ended = again(cloud, tmp_path, run_of(KEY, "v2"))

    assert ended.status == 1
    assert "has not ended" in ended.err
    assert f"bakeoff stop {run_of(KEY, 'v2')}" in " ".join(ended.err.split())
    assert cloud.on_compare.payloads == []


def test_a_run_without_a_plan_left_nothing_to_compare(cloud, tmp_path):
    del cloud.objects[layout.plan_key(RUN, 1)]

    ended = again(cloud, tmp_path, "imdb")

    assert (ended.status, cloud.on_compare.payloads) == (1, [])
    assert "left nothing to compare" in ended.err and "90 days" in ended.err


def test_an_unknown_run_is_told_with_the_names_there_are(cloud, tmp_path):
    ended = again(cloud, tmp_path, "0123456789abcdef")

    assert ended.status == 1
    assert "the newest are imdb. Nor does the bucket hold a run with this id." in ended.err


def test_statistics_that_fail_leave_the_averages_with_the_reason(cloud, tmp_path):
    cloud.on_compare._failures = ["Runtime exited: out of memory."]

    ended = again(cloud, tmp_path, RUN)

    assert ended.status == 0
    assert [each.get("statistics") for each in cloud.on_compare.payloads] == [None, False]
    assert "no new statistics. Runtime exited: out of memory." in ended.err


def test_a_comparison_that_fails_twice_says_why(cloud, tmp_path):
    cloud.on_compare._failures = ["Out of memory.", "s3://b/k could not be read."]

    ended = again(cloud, tmp_path, RUN)

    assert ended.status == 1
    assert f"Run {RUN} could not be compared. s3://b/k could not be read." in ended.err
    assert not (tmp_path / "imdb").exists()


def test_a_stopped_run_that_was_compared_is_shown_when_it_is_followed(cloud, tmp_path):
    again(cloud, tmp_path, RUN)

    ended = invoke(["status", "imdb", "--follow", "--output", tmp_path], cloud)

    assert ended.status == 0
    assert "10,000 test rows" in ended.out


@pytest.mark.parametrize("runs", [["first", "second"], ["./results/imdb"], ["s3://b/results/imdb"]])
def test_again_takes_one_run_of_the_service(runs, tmp_path):
    ended = again(None, tmp_path, *runs)

    assert ended.status == 2
    assert "--again takes one run" in " ".join(ended.err.split())
