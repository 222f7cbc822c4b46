"""Training jobs in MLflow, against a real server on loopback."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from bakeoff import layout
from bakeoff.errors import ServiceError
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.mlflow_run import mlflow_run
from bakeoff.jobs.plan_item import PlannedJob
from bakeoff.jobs.result import JobResult
from lambdas.mlflow import Mlflow
from lambdas.record_result import record_result
from lambdas.tracking import mlflow_tracking
from tests.lambdas.test_record_result import ITEM, JOB, OUTPUT, RUN, FakeSageMaker
from tests.support.fake_store import tar_gz
from tests.support.mlflow_server import mlflow_server

METRICS = (Path(__file__).parents[1] / "contracts" / "examples" / "metrics.json").read_bytes()
TIMES = ("CreationTime", "TrainingStartTime", "TrainingEndTime")
REPORT = f"s3://bakeoff-bucket/results/imdb/runs/{RUN}/report.html"


def unsigned(method, url, body):
    return {"Content-Type": "application/json"}


def never(seconds):
    raise AssertionError("asked again")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with mlflow_server(tmp_path_factory.mktemp("mlflow")) as address:
        yield address


@pytest.fixture
def ask(server):
    """A call of MLflow's own API."""

    def call(path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{server}/api/2.0/mlflow/{path}", data, unsigned("", "", data))
        return json.load(urlopen(request))

    return call


@pytest.fixture
def runs_of(ask):
    """The runs of an experiment, as MLflow shows them."""

    def find(experiment):
        found = ask(f"experiments/get-by-name?experiment_name={experiment}")["experiment"]
        return ask("runs/search", {"experiment_ids": [found["experiment_id"]]})["runs"]

    return find


@pytest.fixture
def track(server, store):
    """RecordResult's tracking, in experiments of a deployment called `project`."""
    store.objects[layout.resolved_request_key(RUN)] = b'{"name": "imdb"}'
    mlflow = Mlflow(server, unsigned, sleep=never)
    return lambda project: mlflow_tracking(mlflow, store, project)


def run_called(project, **changes):
    """The run of a job that was never created, or with a result that differs by `changes`."""
    planned = PlannedJob.from_object(ITEM)
    result = JobResult.missing(planned).model_copy(update=changes)
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return mlflow_run(planned, result, None, project=project, name="imdb", now=now)


def described(recorded, name, **changes):
    """SageMaker's answer as the SDK gives it, with times."""
    answer = recorded(name)
    times = {key: datetime.fromisoformat(answer[key]) for key in TIMES if key in answer}
    return answer | times | changes


def pairs(listed):
    return {each["key"]: each["value"] for each in listed}


def test_a_completed_job_is_one_run_with_its_parameters_its_epochs_and_its_report(
    store, track, recorded, runs_of, ask
):
    store.objects[OUTPUT] = tar_gz({"metrics.json": METRICS})
    hyperparameters = {"model_name": "m", "learning_rate": "5e-05", "sagemaker_program": "train.py"}
    description = described(recorded, "training_job_completed", HyperParameters=hyperparameters)
    payload = {"item": ITEM, "job_name": JOB, "attempt": 1, "error": None}
    for _ in range(2):  # a repeat of the state must not make a second run
        record_result(payload, store, FakeSageMaker(description), track("completed"))

    (run,) = runs_of("completed/imdb")
    assert run["info"]["status"] == "FINISHED"
    assert run["info"]["run_name"] == ITEM["item"]
    assert run["info"]["start_time"] == description["TrainingStartTime"].timestamp() * 1000 // 1
    assert run["info"]["end_time"] == description["TrainingEndTime"].timestamp() * 1000 // 1
    parameters = pairs(run["data"]["params"])
    assert parameters == {
        "model_name": "m",
        "learning_rate": "5e-05",
        "chosen.C": "1.0",
        "chosen.pooling": "mean",
    }
    metrics = pairs(run["data"]["metrics"])
    assert (metrics["test/f1"], metrics["billable_seconds"]) == (0.91, 301)
    query = f"run_id={run['info']['run_id']}&metric_key=train/loss"
    epochs = ask(f"metrics/get-history?{query}")["metrics"]
    assert [(each["step"], each["value"]) for each in epochs] == [(1, 0.6), (2, 0.3)]
    tags = pairs(run["data"]["tags"])
    assert tags["bakeoff.run"] == RUN
    assert tags["bakeoff.candidate"] == ITEM["candidate"]
    assert tags["bakeoff.report"] == REPORT
    assert REPORT.removeprefix("s3://bakeoff-bucket/") in tags["mlflow.note.content"]


def test_a_failed_job_is_a_failed_run_with_its_reason(store, track, recorded, runs_of):
    description = described(recorded, "training_job_failed")
    payload = {"item": ITEM, "job_name": JOB, "attempt": 1, "error": None}
    record_result(payload, store, FakeSageMaker(description), track("failed"))

    (run,) = runs_of("failed/imdb")
    assert run["info"]["status"] == "FAILED"
    assert "ran out of memory" in pairs(run["data"]["tags"])["bakeoff.reason"]


def test_two_jobs_that_both_create_the_experiment_share_it(server, ask, runs_of):
    def overtaken(method, url, body):
        if url.endswith("/experiments/create"):
            ask("experiments/create", {"name": "together/imdb"})
        return unsigned(method, url, body)

    Mlflow(server, overtaken, sleep=never).record(run_called("together"))

    assert len(runs_of("together/imdb")) == 1


def test_a_run_whose_recording_was_cut_off_is_completed(server, runs_of):
    def cut_off(method, url, body):
        if url.endswith("/runs/update"):
            raise ServiceError("the function ran out of time")
        return unsigned(method, url, body)

    with pytest.raises(ServiceError):
        Mlflow(server, cut_off, sleep=never).record(run_called("again"))
    Mlflow(server, unsigned, sleep=never).record(run_called("again"))

    (stored,) = runs_of("again/imdb")
    assert stored["info"]["status"] == "FAILED"


def test_a_long_history_is_written_in_parts(server, runs_of):
    history = [{"epoch": n, "loss": float(n)} for n in range(1, 1102)]
    run = run_called("long", status="completed", metrics=JobMetrics(history=history))
    Mlflow(server, unsigned, sleep=never).record(run)

    (stored,) = runs_of("long/imdb")
    assert pairs(stored["data"]["metrics"])["validation/loss"] == 1101


def test_a_server_that_cannot_be_reached_costs_the_tracking_and_not_the_result(
    store, recorded, caplog
):
    store.objects[layout.resolved_request_key(RUN)] = b'{"name": "imdb"}'
    pauses = []
    # Nothing listens on the discard port.
    nowhere = Mlflow("http://127.0.0.1:9", unsigned, sleep=pauses.append)
    payload = {"item": ITEM, "job_name": JOB, "attempt": 1, "error": None}
    description = described(recorded, "training_job_failed")
    track = mlflow_tracking(nowhere, store, "Bakeoff")

    record_result(payload, store, FakeSageMaker(description), track)

    assert ITEM["result_key"] in store.objects
    assert "is not tracked in MLflow" in caplog.text
    assert pauses == [1, 2]


@pytest.fixture
def overloaded():
    """A server that refuses each request twice, as one that throttles does."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(429 if len(seen) < 3 else 403)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()


def test_a_throttled_request_is_sent_again_and_a_refused_one_is_not(overloaded):
    address, seen = overloaded
    pauses = []

    with pytest.raises(ServiceError, match="403"):
        Mlflow(address, unsigned, sleep=pauses.append).record(run_called("p"))

    assert len(seen) == 3
    assert pauses == [1, 2]


@pytest.mark.parametrize(
    ("arn", "host", "header", "service"),
    [
        (
            "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-tracking-server/team",
            "eu-west-1.experiments.sagemaker.aws",
            "x-mlflow-sm-tracking-server-arn",
            "sagemaker-mlflow",
        ),
        (
            "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-app/app-ABCDEFGHIJKL",
            "mlflow.sagemaker.eu-west-1.app.aws",
            "x-sm-mlflow-app-arn",
            "sagemaker",
        ),
    ],
)
def test_the_arn_decides_host_header_and_signature(monkeypatch, arn, host, header, service):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    mlflow = Mlflow.connect(arn)

    headers = mlflow.sign("POST", f"{mlflow.endpoint}/api/2.0/mlflow/runs/search", b"{}")

    assert mlflow.endpoint == f"https://{host}"
    assert headers[header] == arn
    assert f"/eu-west-1/{service}/aws4_request" in headers["Authorization"]
    assert header in headers["Authorization"]
