"""Commands without AWS: what local runs have left on this machine, and the local cloud."""

import json

import pytest

from bakeoff import layout
from bakeoff.client.request_file import load_request
from bakeoff.client.uploads import uris_of
from bakeoff.cost.past_runs import PastRun
from bakeoff.errors import NoAwsError, ServiceError
from tests.bakeoff.cli.test_estimate import past_job
from tests.bakeoff.cli.test_results import ERROR, files
from tests.support.command_line import invoke
from tests.support.fake_cloud import FakeCloud, prepared_run, run_of
from tests.support.run_samples import RUN as RUN_ID
from tests.support.run_samples import WALK_THROUGH

NO_REGION = NoAwsError("No AWS region is set: set AWS_REGION, or add --local.")
REFUSED = ServiceError("The AWS credentials have expired: sign in again.")
KEY = "requests/imdb.json"
RUN = {"run": "a2d0568c48c7ee13", "name": "imdb", "requested_at": "2026-03-01T12:00:00.000Z"}


@pytest.fixture
def kept(tmp_path):
    """A folder of results as a local run leaves it."""
    folder = tmp_path / "results" / "imdb"
    folder.mkdir(parents=True)
    for name, content in (files() | {"run.json": json.dumps(RUN).encode()}).items():
        (folder / name).write_bytes(content)
    return tmp_path / "results"


def past_run(dataset, jobs):
    rows = {"train": 22500, "validation": 2500, "test": 10000}
    known = {"run": "0" * 16, "dataset": dataset, "rows": rows, "jobs": jobs}
    return PastRun.model_validate(known | {"max_train_rows": None, "max_test_rows": None}).to_json()


def asked(kept, *arguments, **surroundings):
    return invoke([*arguments, "--output", kept], **{"no_cloud": NO_REGION} | surroundings)


@pytest.mark.parametrize("run", ["imdb", RUN["run"]])
def test_comparing_again_says_that_results_alone_do_not_suffice(kept, run):
    ended = asked(kept, "compare", "--again", run)

    assert ended.status == 1
    assert ended.err.startswith(f"Error: {NO_REGION} {kept / 'imdb'}/ has the results alone")
    assert ended.err.endswith("removes that at its end. Run the request again.\n")


@pytest.mark.parametrize(
    ("command", "place"),
    [
        (("results", "imdb"), "imdb/"),
        (("status", "imdb"), "imdb/"),
        (("status",), ""),
    ],
)
@pytest.mark.parametrize("reason", [NO_REGION, REFUSED])
def test_this_machine_is_read_instead_of_aws_and_a_reason_said_if_aws_may_have_newer_results(
    kept, command, place, reason
):
    ended = asked(kept, *command, no_cloud=reason)

    assert ended.status == 0 and "imdb" in ended.out
    told = "" if reason is NO_REGION else f" {reason}"
    assert " ".join(ended.err.split()) == f"Reading {kept}/{place} of this machine.{told}"


def test_formats_get_nothing_but_the_results_of_this_machine(kept):
    ended = asked(kept, "results", "imdb", "--format", "csv")

    assert ended.out.encode() == (kept / "imdb" / "comparison.csv").read_bytes()


def test_the_report_of_this_machine_is_opened_and_its_ranking_drawn(kept, tmp_path):
    (kept / "imdb" / "report.html").write_text("<html>")
    opened = []
    open_page = lambda uri: opened.append(uri) or True  # noqa: E731

    asked(kept, "results", "imdb", "--open", open_page=open_page)
    asked(kept, "results", "imdb", "--picture", tmp_path / "ranking.svg")

    assert opened == [(kept / "imdb" / "report.html").as_uri()]
    assert "<svg" in (tmp_path / "ranking.svg").read_text()


def test_local_asks_the_cloud_in_the_background_before_the_folder(kept):
    running = FakeCloud()
    running.objects["results/imdb/error.json"] = ERROR

    with_cloud = asked(kept, "results", "imdb", "--local", running=running)
    (kept / "imdb" / "error.json").unlink()
    without = asked(kept, "results", "imdb", "--local")

    assert with_cloud.status == 2 and "of this machine" not in with_cloud.err
    assert without.status == 0 and "No local cloud is running." in without.err


def test_results_that_are_nowhere_are_answered_with_both_reasons(kept):
    ended = asked(kept, "results", "imbd")

    assert ended.status == 1
    message = " ".join(ended.err.split())
    assert str(NO_REGION) in message and "no results called imbd. Did you mean imdb?" in message


def test_another_run_than_the_one_that_is_here_is_refused(kept):
    ended = asked(kept, "results", "imdb", "--run", "0123456789abcdef")

    assert ended.status == 1
    assert f"holds the run {RUN['run']}, not 0123456789abcdef" in ended.err


def test_runs_of_this_machine_are_listed_and_told_one_by_one(kept):
    (kept / "broken").mkdir()
    (kept / "broken" / "error.json").write_bytes(ERROR)

    listed = asked(kept, "status").out.splitlines()
    told = asked(kept, "status", "imdb")

    assert [line.split()[0] for line in listed] == ["name", "imdb", "broken"]
    assert "succeeded" in listed[1] and "failed" in listed[2]
    assert f"Run {RUN['run']} of imdb" in told.out and "has succeeded" in told.out


def test_status_without_aws_and_without_results_is_an_error_with_a_remedy(tmp_path):
    ended = asked(tmp_path, "status")

    assert ended.status == 1 and "--local" in ended.err


@pytest.mark.parametrize("options", [(), ("--local",)])
def test_a_run_on_this_machine_is_estimated_from_those_before_it(kept, tmp_path, options):
    request = tmp_path / "imdb.json"
    request.write_text(json.dumps(WALK_THROUGH | {"baselines": False}))
    jobs = [past_job(model, instance_type="local") for model in WALK_THROUGH["models"]]
    (kept / "imdb" / "throughput.json").write_bytes(past_run(WALK_THROUGH["dataset"], jobs))

    ended = asked(kept, "estimate", request, *options)

    assert ended.status == 0, ended.err
    assert "on this machine" in ended.out and "USD" not in ended.out
    assert "All training jobs: " in ended.out and "of the same model" in ended.out


def test_files_uploaded_to_another_local_cloud_are_known_again(kept, tmp_path):
    (tmp_path / "train.csv").write_text("text,label\n" + "a,x\nb,y\n" * 20)
    request = tmp_path / "imdb.json"
    models = ["prajjwal1/bert-tiny"]
    document = {"dataset": {"train": "train.csv"}, "models": models, "baselines": False}
    request.write_text(json.dumps(document))
    cloud = FakeCloud()
    asked_before = invoke(["estimate", request, "--output", kept, "--local"])
    assert "Expected, roughly" in asked_before.out
    (uri,) = uris_of(load_request(request), cloud.deployment.bucket).values()
    jobs = [past_job(models[0], instance_type="local")]
    (kept / "imdb" / "throughput.json").write_bytes(past_run(uri, jobs))

    assert "Expected, by past runs." in asked(kept, "estimate", request, "--local").out


def test_past_runs_are_kept_with_the_results_of_a_run(tmp_path):
    cloud = FakeCloud()
    for name, content in files().items():
        cloud.objects[f"results/imdb/runs/0123/{name}"] = content
    cloud.objects[layout.past_run_key("0123")] = b"{}"

    invoke(["results", "imdb", "--run", "0123", "--output", tmp_path], cloud)

    assert (tmp_path / "imdb" / "throughput.json").read_bytes() == b"{}"


def test_comparisons_of_this_machine_stand_side_by_side(kept):
    (kept / "other").mkdir()
    for name, content in files().items():
        (kept / "other" / name).write_bytes(content.replace(RUN_ID.encode(), b"0123456789abcdef"))

    ended = asked(kept, "compare", "imdb", "other", "--local")

    assert ended.status == 0 and "score" in ended.out, ended.err


@pytest.mark.parametrize("text", ["imdb", run_of(KEY, "v1")])
def test_a_run_is_stopped_by_its_name_or_id(text):
    cloud = FakeCloud()
    cloud.start_execution(KEY, "v1")
    prepared_run(cloud, run_of(KEY, "v1"))

    ended = invoke(["stop", text, "--local"], running=cloud)
    again = invoke(["stop", text, "--local"], running=cloud)

    assert ended.status == 0 and "compare --again" in ended.out
    assert cloud.executions[0].status == "ABORTED"
    assert "has ended as aborted" in again.out


def test_without_a_local_cloud_nothing_can_be_stopped_in_it():
    ended = invoke(["stop", "imdb", "--local"])

    assert ended.status == 1 and "No local cloud is running" in ended.err
