"""`run` from the request's file to its end, against a cloud in memory."""

import csv
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bakeoff import layout
from bakeoff.cli import commands
from bakeoff.errors import LocalCloudEndedError, ServiceError
from tests.support.command_line import invoke
from tests.support.fake_cloud import STARTED, FakeCloud, run_of
from tests.support.fake_runs import fail_with, succeed
from tests.support.run_samples import WALK_THROUGH, completed, failed

KEY = "requests/imdb.json"
RUN = run_of(KEY)


@pytest.fixture
def request_path(tmp_path):
    path = tmp_path / "imdb.json"
    path.write_text(json.dumps(WALK_THROUGH))
    return path


@pytest.fixture
def cloud():
    """Starts an execution for each request, as EventBridge does."""
    cloud = FakeCloud()
    cloud.on_request = lambda key, stored: cloud.start_execution(key, stored.version_id)
    return cloud


def run(cloud, request_path, *options, **how):
    return invoke(["run", request_path, "--output", request_path.parent, *options], cloud, **how)


PROBLEM = {"field": "text", "problem": 'There is no column "body".', "remedy": "Give text."}


def test_a_comparison_ends_with_its_table_and_the_paths_of_its_files(cloud, request_path):
    succeed(cloud)

    ended = run(cloud, request_path)

    assert ended.status == 0, ended
    folder = request_path.parent / "imdb"
    names = (
        "data.json",
        "jobs.csv",
        "learning_curve.csv",
        "metrics.csv",
        "run.json",
        "slices.csv",
        "summary.json",
        "suspect_labels.csv",
    )
    assert ended.out.splitlines()[-8:] == [str(folder / name) for name in names]
    assert (folder / "data.json").read_bytes() == b"{}"
    rows = [
        line.split() for line in ended.out.splitlines() if line.lstrip().startswith(("1 ", "2 "))
    ]
    assert [row[:4] for row in rows] == [
        ["1", "distilbert-base-uncased", "full", "0.9000"],
        ["2", "distilroberta-base", "full", "0.8000"],
    ]
    assert (folder / "comparison.csv").read_text().count("\n") == 3


def test_the_request_is_put_as_it_stands_under_its_name(cloud, request_path):
    succeed(cloud)

    run(cloud, request_path)

    assert cloud.read_json(KEY) == WALK_THROUGH


def test_without_a_terminal_each_change_is_one_line(cloud, request_path):
    succeed(cloud)

    lines = run(cloud, request_path).out.splitlines()

    assert [line.strip() for line in lines if "distilroberta-base: " in line] == [
        "0:02  distilroberta-base: waiting",
        "0:04  distilroberta-base: completed, epoch 2/2, test f1 0.8000, accuracy 0.9000, "
        "loss 0.2500",
    ]


def test_in_a_terminal_there_is_a_table(cloud, request_path):
    succeed(cloud)

    ended = run(cloud, request_path, is_terminal=True)

    assert ended.status == 0
    assert "measured on" in ended.out and "────" in ended.out


def test_files_that_the_request_names_are_uploaded_first(cloud, tmp_path):
    (tmp_path / "train.csv").write_text("text,label\na,x\n")
    path = tmp_path / "imdb.json"
    path.write_text(json.dumps(WALK_THROUGH | {"dataset": {"train": "train.csv"}}))
    succeed(cloud)

    ended = run(cloud, path)

    sent = cloud.read_json(KEY)
    assert ended.status == 0
    uri = sent["dataset"]["train"]
    assert cloud.objects[uri.removeprefix("s3://bakeoff-bucket/")] == b"text,label\na,x\n"


def test_a_failed_candidate_makes_the_exit_status_3_and_its_reason_is_printed(cloud, request_path):
    succeed(cloud, outcomes=(completed, failed))

    ended = run(cloud, request_path)

    assert ended.status == 3
    assert "distilroberta-base failed: The GPU's memory ran out." in ended.out


def test_a_model_that_could_not_be_prepared_makes_the_status_3(cloud, request_path):
    succeed(cloud, outcomes=(completed,), failed_models=["distilroberta-base"])

    ended = run(cloud, request_path)

    assert ended.status == 3
    assert "it has no tokeniser" in ended.out


def test_several_seeds_show_their_deviation(cloud, request_path):
    succeed(cloud, outcomes=(completed,) * 4, seeds=[1, 2])

    ended = run(cloud, request_path)

    assert ended.status == 0
    assert "0.8500 ± 0.0707" in ended.out
    assert " 2/2 " in ended.out


def test_a_bad_request_ends_before_anything_is_sent(request_path):
    request_path.write_text(json.dumps({"dataset": "imdb", "modles": ["bert"]}))

    ended = run(None, request_path)

    assert ended.status == 2
    assert "modles" in ended.err and "models" in ended.err


def test_data_that_the_service_refuses_make_the_status_2(cloud, request_path):
    fail_with(cloud, "imdb", [PROBLEM], error=None)

    ended = run(cloud, request_path)

    assert ended.status == 2
    assert ended.err.splitlines() == ['text: There is no column "body".', "    Give text."]


def test_an_execution_that_breaks_makes_the_status_1(cloud, request_path):
    fail_with(cloud, "imdb", [PROBLEM], error={"error": "States.Timeout", "cause": ""})

    assert run(cloud, request_path).status == 1


def test_an_execution_without_an_error_document_is_reported_by_its_cause(cloud, request_path):
    cloud.moments = [lambda: cloud.end_execution("ABORTED", cause="someone stopped it")]

    ended = run(cloud, request_path)

    assert ended.status == 1
    assert "someone stopped it" in ended.err


def test_a_request_that_starts_nothing_is_reported(cloud, request_path):
    cloud.on_request = lambda key, stored: None

    ended = run(cloud, request_path)

    assert ended.status == 1
    assert "dead-letter queue" in ended.err


@pytest.fixture
def new_cloud(cloud):
    """Deployed a minute ago; as on AWS, no event of its first five minutes arrives."""
    deployed_at = cloud.now - timedelta(seconds=60)
    cloud.deployment = replace(cloud.deployment, deployed_at=deployed_at)

    def start(key, stored):
        if cloud.now - deployed_at >= timedelta(minutes=5):
            cloud.start_execution(key, stored.version_id)

    cloud.on_request = start
    return cloud


def test_a_request_that_a_new_deployment_does_not_report_is_sent_again(new_cloud, request_path):
    def end():
        if new_cloud.executions:
            fail_with(new_cloud, "imdb", [PROBLEM], error=None, run=run_of(KEY, "v2"))
        else:
            new_cloud.moments = [end]

    new_cloud.moments = [end]

    ended = run(new_cloud, request_path)

    assert PROBLEM["problem"] in ended.err
    assert "sent again in 4:20" in ended.out
    assert new_cloud.puts == 2
    assert new_cloud.now - STARTED < timedelta(minutes=6)


def test_a_request_that_a_new_deployment_does_report_is_sent_once(new_cloud, request_path):
    new_cloud.on_request = lambda key, stored: new_cloud.start_execution(key, stored.version_id)
    fail_with(new_cloud, "imdb", [PROBLEM], error=None)

    ended = run(new_cloud, request_path)

    assert PROBLEM["problem"] in ended.err
    assert "again" not in ended.out
    assert new_cloud.puts == 1


def test_a_late_start_in_a_new_deployment_is_found_and_the_request_not_sent_again(
    new_cloud, request_path
):
    new_cloud.on_request = lambda key, stored: None

    def start():
        new_cloud.start_execution(KEY, "v1")
        fail_with(new_cloud, "imdb", [PROBLEM], error=None)

    new_cloud.moments = [lambda: None] * 30 + [start]

    assert PROBLEM["problem"] in run(new_cloud, request_path).err
    assert new_cloud.puts == 1


def test_executions_of_other_requests_and_earlier_ones_are_left_alone(cloud, request_path):
    cloud.start_execution(KEY, "earlier")

    def start(key, stored):
        cloud.start_execution("requests/other.json", "v1")
        cloud.start_execution(key, "another version")
        cloud.start_execution(key, stored.version_id)

    cloud.on_request = start
    fail = {"field": "request", "problem": "Ours.", "remedy": ""}
    mine = run_of(KEY, "v2")

    def end():
        document = {"run": mine, "name": "imdb", "problems": [fail], "error": None}
        cloud.put_json(layout.archived_key("imdb", mine, "error.json"), document)
        cloud.end_execution("FAILED", index=3)

    cloud.moments = [end]

    assert "Ours." in run(cloud, request_path).err


def test_ctrl_c_leaves_the_run_alone_and_says_how_to_look_again(cloud, request_path):
    cloud.moments = [_interrupt]

    ended = run(cloud, request_path)

    assert ended.status == 130
    assert "the run goes on" in ended.out
    assert "bakeoff status imdb --follow" in ended.out


def test_ctrl_c_in_a_local_cloud_of_its_own_says_that_the_run_ends(cloud, request_path):
    cloud.is_temporary = True
    cloud.moments = [_interrupt]

    ended = run(cloud, request_path, "--local")

    assert ended.status == 130
    assert "goes on" not in ended.out and "the run with it" in ended.out


def test_ctrl_c_in_a_local_cloud_that_is_kept_says_that_the_run_goes_on(cloud, request_path):
    cloud.moments = [_interrupt]

    ended = run(cloud, request_path, "--local")

    assert ended.status == 130
    assert "the run goes on" in ended.out
    assert "`bakeoff stop imdb --local`" in ended.out
    assert "`bakeoff status imdb --follow --local`" in ended.out


@pytest.mark.parametrize("options", [(), ("--local",)])
def test_ctrl_c_while_files_are_uploaded_says_that_nothing_runs(tmp_path, cloud, options):
    (tmp_path / "train.csv").write_text("text,label\na,x\n")
    path = tmp_path / "imdb.json"
    path.write_text(json.dumps(WALK_THROUGH | {"dataset": {"train": "train.csv"}}))
    cloud.upload = lambda *_: _interrupt()

    ended = run(cloud, path, *options)

    assert ended.status == 130
    assert "nothing runs" in ended.out and "goes on" not in ended.out
    assert cloud.executions == []


def test_ctrl_c_while_results_are_fetched_says_how_to_fetch_them(cloud, request_path, monkeypatch):
    succeed(cloud)
    monkeypatch.setattr(commands, "results_of_run", lambda *_: _interrupt())

    ended = run(cloud, request_path)

    assert ended.status == 130
    assert "has ended" in ended.out and "`bakeoff results imdb`" in ended.out
    assert "goes on" not in ended.out


def test_an_error_while_following_says_how_to_look_again(cloud, request_path):
    def lose_connection():
        raise ServiceError("AWS cannot be reached.")

    cloud.moments = [lose_connection]

    ended = run(cloud, request_path)

    assert ended.status == 1
    assert ended.err.startswith("Error: AWS cannot be reached.")
    assert "status imdb" in ended.err


def test_an_earlier_error_is_removed_beside_new_results(cloud, request_path):
    folder = request_path.parent / "imdb"
    folder.mkdir()
    (folder / "error.json").write_text("{}")
    succeed(cloud)

    run(cloud, request_path)

    assert not (folder / "error.json").exists()


def _interrupt():
    raise KeyboardInterrupt


def test_quiet_prints_the_results_and_no_progress(cloud, request_path):
    succeed(cloud)

    ended = invoke(["-q", "run", request_path, "--output", request_path.parent], cloud)

    assert ended.status == 0
    assert "Training" not in ended.out and "Run " not in ended.out
    assert "distilroberta-base" in ended.out
    assert str(request_path.parent / "imdb" / "summary.json") in ended.out


def test_what_has_finished_is_there_when_the_local_cloud_ends(cloud, request_path):
    cloud.is_temporary = True
    succeed(cloud, outcomes=(completed, failed))

    def end():
        raise LocalCloudEndedError("The local cloud was killed.")

    cloud.moments = [*cloud.moments[:2], end]

    ended = run(cloud, request_path, "--local")

    finished = request_path.parent / "imdb" / "finished.csv"
    assert ended.status != 0
    assert "The local cloud was killed." in ended.err
    assert str(finished) in ended.err.replace("\n", "")
    rows = list(csv.DictReader(finished.open(newline="")))
    assert [(row["model"], row["status"]) for row in rows] == [
        ("distilbert-base-uncased", "completed"),
        ("distilroberta-base", "failed"),
    ]
    assert float(rows[0]["test_f1"]) == 0.9


def test_the_comparison_takes_the_place_of_what_has_finished(cloud, request_path):
    finished = request_path.parent / "imdb" / "finished.csv"
    was_there = []
    succeed(cloud)
    publish = cloud.moments.pop()

    def look_and_publish():
        was_there.append(finished.exists())
        publish()

    cloud.moments.append(look_and_publish)

    run(cloud, request_path)

    assert was_there == [True]
    assert not finished.exists()
