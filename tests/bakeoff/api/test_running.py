"""`run` and `submit`, against a cloud in memory."""

from contextlib import contextmanager
from io import BytesIO

import pandas as pd
import pyarrow.parquet as pq
import pytest

import bakeoff
from bakeoff.api.running import Surroundings, start
from tests.support.fake_cloud import FakeCloud
from tests.support.fake_runs import PROBLEM, fail_with, succeed
from tests.support.run_samples import WALK_THROUGH

REQUEST = {"name": "imdb", **WALK_THROUGH}


@pytest.fixture
def cloud():
    """Starts an execution for each request, as EventBridge does."""
    cloud = FakeCloud()
    cloud.on_request = lambda key, stored: cloud.start_execution(key, stored.version_id)
    return cloud


class LocalClouds:
    """Counts the local clouds that run."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.running = 0

    @contextmanager
    def start(self, say):
        self.running += 1
        yield self.cloud
        self.running -= 1


def started(cloud, output, request=REQUEST, local=None, say=lambda line: None):
    around = Surroundings(
        connect=lambda: cloud,
        local_cloud=local.start if local else None,
        clock=cloud.clock(),
    )
    return start(request, around, local=local is not None, output=output, say=say)


def test_a_run_ends_with_its_comparison_and_its_files(cloud, tmp_path):
    succeed(cloud)

    found = started(cloud, tmp_path).wait().results()

    assert found.name == "imdb"
    assert found.verdict.best == found.candidates[0].candidate
    assert (tmp_path / "imdb" / "comparison.csv").is_file()


def test_progress_is_lines_of_text(cloud, tmp_path):
    succeed(cloud)
    lines = []

    started(cloud, tmp_path).wait(say=lines.append)

    assert any(line.endswith("Training") for line in lines)
    assert any("distilroberta-base: completed" in line for line in lines)


def test_a_request_may_be_a_path(cloud, tmp_path):
    succeed(cloud)
    path = tmp_path / "imdb.json"
    path.write_text('{"dataset": "stanfordnlp/imdb", "models": ["a", "b"]}')

    assert started(cloud, tmp_path, str(path)).wait().results().name == "imdb"


def test_a_request_may_be_a_request(cloud, tmp_path):
    succeed(cloud)
    request = bakeoff.Request.model_validate(REQUEST)

    started(cloud, tmp_path, request)

    assert cloud.read_json("requests/imdb.json") == request.model_dump(
        mode="json", exclude_unset=True
    )


def test_a_path_that_is_not_there_is_a_request_error(cloud, tmp_path):
    with pytest.raises(bakeoff.RequestError, match="is not a file"):
        started(cloud, tmp_path, tmp_path / "nothing.json")


def test_a_bad_request_is_refused_with_all_problems_before_anything_is_sent(cloud, tmp_path):
    bad = {"name": "imdb", "dataset": "a/b", "models": [], "seeds": "x"}

    with pytest.raises(bakeoff.RequestError) as caught:
        started(cloud, tmp_path, bad)

    assert {problem.field for problem in caught.value.problems} == {"models", "seeds"}
    assert cloud.objects == {}


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({"dataset": "a/b", "models": ["m"]}, "name"),
        ({**REQUEST, "text": {1, 2}}, "request"),
        (None, "request"),
        ([REQUEST], "request"),
    ],
)
def test_anything_but_a_json_document_is_a_request_error(cloud, tmp_path, request_, field):
    with pytest.raises(bakeoff.RequestError) as caught:
        started(cloud, tmp_path, request_)

    assert [problem.field for problem in caught.value.problems] == [field]


@pytest.mark.parametrize(
    ("error", "kind"),
    [(None, bakeoff.RequestError), ({"error": "E", "cause": ""}, bakeoff.RunFailedError)],
)
def test_a_run_without_a_comparison_raises_its_problems(cloud, tmp_path, error, kind):
    fail_with(cloud, "imdb", [PROBLEM], error)

    with pytest.raises(kind, match="body"):
        started(cloud, tmp_path).wait().results()


def test_status_shows_the_phase_and_the_candidates(cloud, tmp_path):
    succeed(cloud)
    run = started(cloud, tmp_path)

    assert not run.status().has_ended
    run.wait()

    assert run.status().has_ended
    assert "Succeeded" in repr(run.status())
    assert "completed" in repr(run.status())
    assert "imdb" in repr(run)


def test_results_before_the_end_are_an_error(cloud, tmp_path):
    run = started(cloud, tmp_path)

    with pytest.raises(bakeoff.StillRunningError, match=r"call wait\(\) first"):
        run.results()


def test_wait_gives_up_after_the_time_and_can_go_on(cloud, tmp_path):
    run = started(cloud, tmp_path)

    with pytest.raises(bakeoff.StillRunningError, match="after 3 s"):
        run.wait(timeout_seconds=3)
    assert (cloud.now - cloud.executions[0].started).total_seconds() == 3

    succeed(cloud)
    assert run.wait().results().name == "imdb"


def test_a_local_cloud_ends_with_the_run_and_after_the_results_are_here(cloud, tmp_path):
    succeed(cloud)
    local = LocalClouds(cloud)
    run = started(cloud, tmp_path, local=local)
    assert local.running == 1

    run.wait()

    assert local.running == 0
    assert run.results().name == "imdb"


def test_a_local_cloud_ends_when_the_run_is_closed(cloud, tmp_path):
    local = LocalClouds(cloud)

    with started(cloud, tmp_path, local=local):
        assert local.running == 1

    assert local.running == 0


def test_a_bad_request_starts_no_local_cloud(cloud, tmp_path):
    local = LocalClouds(cloud)

    with pytest.raises(bakeoff.RequestError):
        started(cloud, tmp_path, {"name": "x"}, local=local)

    assert local.running == 0


def test_a_data_frame_is_uploaded_as_parquet_and_the_request_names_it(cloud, tmp_path):
    columns = {"text": ["a", "b"], "label": ["x", "y"], "country": ["de", "fr"]}
    frame = pd.DataFrame({**columns, "note": [1, 2]})
    request = {
        **REQUEST,
        "dataset": frame,
        "text": "text",
        "label": "label",
        "slices": ["country"],
    }

    started(cloud, tmp_path, request)

    (key,) = cloud.uploads
    assert key.endswith("/train.parquet")
    uri = f"s3://{cloud.deployment.bucket}/{key}"
    assert cloud.read_json("requests/imdb.json")["dataset"] == {"train": uri}
    table = pq.read_table(BytesIO(cloud.objects[key]))
    assert table.to_pydict() == columns


@pytest.mark.parametrize(("text", "label"), [(5, "label"), ([["text"]], "label"), ("text", 5)])
def test_columns_that_are_no_texts_are_a_request_error(cloud, tmp_path, text, label):
    frame = pd.DataFrame({"text": ["a", "b"], "label": ["x", "y"]})

    with pytest.raises(bakeoff.RequestError) as caught:
        started(cloud, tmp_path, {**REQUEST, "dataset": frame, "text": text, "label": label})

    (problem,) = caught.value.problems
    assert problem.field.split("[")[0] in ("text", "label")


def test_equal_frames_are_uploaded_once(cloud, tmp_path):
    for _ in range(2):
        frame = pd.DataFrame({"text": ["a", "b"], "label": ["x", "y"]})
        started(cloud, tmp_path, {**REQUEST, "dataset": {"train": frame, "test": frame[:1]}})

    assert len(set(cloud.uploads)) == len(cloud.uploads) == 2
