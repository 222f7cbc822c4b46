"""The commands as typed: their usage errors, and those that start the local cloud."""

import json
import sys

import pytest

import bakeoff
from bakeoff.cli import local_app as local_module
from tests.support.command_line import invoke


@pytest.fixture
def started(monkeypatch):
    """The commands that would have been started; each ends with status 7."""
    commands = []

    def run_in_foreground(command, folder=None):
        commands.append(list(command))
        return 7

    monkeypatch.setattr(local_module, "run_in_foreground", run_in_foreground)
    return commands


@pytest.fixture
def request_path(tmp_path):
    path = tmp_path / "imdb.json"
    path.write_text(json.dumps({"dataset": "stanfordnlp/imdb", "models": ["bert", "roberta"]}))
    return path


def test_validate_says_what_the_request_means(request_path):
    ended = invoke(["validate", request_path])

    assert ended.status == 0
    assert "2 models" in ended.out and "imdb" in ended.out
    assert "2 baselines" in ended.out and "4 training jobs" in ended.out


def test_validate_counts_deterministic_candidates_once(tmp_path):
    path = tmp_path / "x.json"
    models = ["m", {"id": "m", "method": "frozen"}]
    request = {"dataset": "a/b", "models": models, "seeds": [1, 2, 3], "baselines": False}
    path.write_text(json.dumps(request | {"task": "regression"}))

    ended = invoke(["validate", path])

    assert "4 training jobs, by rmse on test" in ended.out
    assert "baselines" not in ended.out


def test_validate_counts_no_baselines_where_there_are_no_rows_to_train_on(tmp_path):
    path = tmp_path / "x.json"
    models = [{"id": "m", "method": "zeroshot"}]
    path.write_text(json.dumps({"dataset": {"test": "s3://own/test.csv"}, "models": models}))

    ended = invoke(["validate", path])

    assert "1 training job, by" in ended.out
    assert "baselines" not in ended.out


def test_validate_lists_every_problem_with_its_remedy(tmp_path):
    path = tmp_path / "bad.json"
    path.write_text('{"dataset": "imdb", "models": [], "seeds": "x"}')

    ended = invoke(["validate", path])

    assert (ended.status, ended.out) == (2, "")
    assert [line.split(":")[0] for line in ended.err.splitlines()[::2]] == ["models", "seeds"]


@pytest.mark.parametrize("content", [b"", b"[]", b"not json", b"\xff\xfe{", b"5"])
def test_an_invalid_request_is_a_problem_and_not_a_crash(tmp_path, content):
    path = tmp_path / "bad.json"
    path.write_bytes(content)

    ended = invoke(["validate", path])

    assert ended.status == 2
    assert ended.err.startswith("request: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "/nowhere.json"],
        ["validate", "/"],
        ["validate"],
        ["run", "--unknown"],
        ["unknown"],
        ["local", "sideways"],
    ],
)
def test_wrong_usage_has_the_status_2(arguments):
    assert invoke(arguments).status == 2


def test_up_and_down_are_handed_on(started):
    assert invoke(["local", "up", "--port", "4000", "--detach"]).status == 7
    assert invoke(["local", "down"]).status == 7

    python = [sys.executable, "-m", "local"]
    assert started == [[*python, "up", "--port", "4000", "--detach"], [*python, "down"]]


def test_a_bad_request_starts_no_local_cloud(tmp_path):
    path = tmp_path / "bad.json"
    path.write_text("{}")

    assert invoke(["run", path, "--local"]).status == 2


def test_up_from_an_installed_copy_says_how_to_get_the_local_cloud(monkeypatch, tmp_path):
    monkeypatch.setenv("BAKEOFF_CHECKOUT", str(tmp_path))

    ended = invoke(["local", "up"])

    assert ended.status == 1
    assert "BAKEOFF_CHECKOUT" in ended.err


def test_the_version_is_the_packages():
    ended = invoke(["--version"])

    assert (ended.status, ended.out) == (0, f"bakeoff {bakeoff.__version__}\n")


def test_shell_completion_can_be_installed():
    assert "--install-completion" in invoke(["--help"]).out
