import json

import pytest

from bakeoff.errors import StorageError
from lambdas.job_record import MAX_METRICS_BYTES
from lambdas.record_result import record_result
from tests.support.fake_store import tar_gz

RUN = "3f2a9c1d00000000"
JOB = "imdb-distilbert-base-uncased-0a1b2c-s42-3f2a9c1d-1"
OUTPUT = f"runs/{RUN}/output/{JOB}/output/output.tar.gz"
ITEM = {
    "item": "distilbert-base-uncased-0a1b2c-s42",
    "candidate": "distilbert-base-uncased-0a1b2c",
    "seed": 42,
    "run": RUN,
    "bucket": "bakeoff-bucket",
    "result_key": f"runs/{RUN}/results/distilbert-base-uncased-0a1b2c-s42.json",
    "base_job_name": JOB.removesuffix("-1"),
    "max_quota_attempts": 1000,
    "max_failed_attempts": 20,
}
METRICS = {"schema_version": 1, "metrics": {"test": {"f1": 0.92599999}}, "num_parameters": 7}


class FakeSageMaker:
    def __init__(self, description):
        self.description = description

    def training_job(self, name):
        assert name == JOB
        return self.description


@pytest.fixture
def record(store):
    def call(description, error=None, attempt=1):
        payload = {"item": ITEM, "job_name": JOB, "attempt": attempt, "error": error}
        assert record_result(payload, store, FakeSageMaker(description)) == {}
        return json.loads(store.objects[ITEM["result_key"]])

    return call


def test_a_completed_job_is_recorded_with_the_metrics_of_its_own_file(record, store, recorded):
    store.objects[OUTPUT] = tar_gz({"metrics.json": json.dumps(METRICS).encode(), "x.npz": b"x"})
    result = record(recorded("training_job_completed"), attempt=2)
    assert result["status"] == "completed"
    assert result["reason"] is None
    # The log's metric is a float32; the file's is exact.
    assert result["metrics"]["metrics"]["test"]["f1"] == 0.92599999
    assert (result["training_seconds"], result["billable_seconds"]) == (900, 301)
    assert result["attempts"] == 2
    assert result["instance_type"] == "ml.g5.xlarge"
    assert result["model_artifact_uri"].endswith("/output/model.tar.gz")


def test_the_predictions_are_kept_beside_the_archive(record, store, recorded):
    files = {"metrics.json": json.dumps(METRICS).encode(), "predictions.npz": b"npz"}
    store.objects[OUTPUT] = tar_gz(files)
    record(recorded("training_job_completed"))
    assert store.objects[f"runs/{RUN}/predictions/{ITEM['item']}.npz"] == b"npz"


def test_what_a_linear_model_says_of_labels_is_kept_beside_the_predictions(
    record, store, recorded, caplog
):
    files = {
        "metrics.json": json.dumps(METRICS).encode(),
        "predictions.npz": b"npz",
        "predictions.parquet": b"parquet",
    }
    store.objects[OUTPUT] = tar_gz(files | {"label_probabilities.npz": b"labels"})
    record(recorded("training_job_completed"))
    assert store.objects[f"runs/{RUN}/predictions/{ITEM['item']}.labels.npz"] == b"labels"

    store.objects[OUTPUT] = tar_gz(files)
    record(recorded("training_job_completed"))
    # Most methods have none.
    assert not [one for one in caplog.records if one.levelname == "WARNING"]


def test_the_table_of_predictions_is_kept_too(record, store, recorded):
    files = {
        "metrics.json": json.dumps(METRICS).encode(),
        "predictions.npz": b"npz",
        "predictions.parquet": b"parquet",
    }
    store.objects[OUTPUT] = tar_gz(files)
    record(recorded("training_job_completed"))
    assert store.objects[f"runs/{RUN}/predictions/{ITEM['item']}.parquet"] == b"parquet"


def test_a_job_without_predictions_is_a_success_all_the_same(record, store, recorded):
    store.objects[OUTPUT] = tar_gz({"metrics.json": json.dumps(METRICS).encode()})
    assert record(recorded("training_job_completed"))["status"] == "completed"
    assert not any(key.endswith(".npz") for key in store.objects)


def test_recording_again_leaves_the_same_result(record, store, recorded):
    store.objects[OUTPUT] = tar_gz({"metrics.json": json.dumps(METRICS).encode()})
    first = record(recorded("training_job_completed"))
    before = dict(store.objects)
    assert record(recorded("training_job_completed")) == first
    assert store.objects == before


@pytest.mark.parametrize(
    "archive",
    [
        None,
        tar_gz({"other.json": b"{}"}),
        tar_gz({"metrics.json": b"{"}),
        tar_gz({"metrics.json": b"[]"}),
        tar_gz({"metrics.json": b" " * (MAX_METRICS_BYTES + 1)}),
    ],
    ids=["no archive", "no file", "cut off", "no object", "too large"],
)
def test_a_completed_job_without_usable_metrics_is_no_success(record, store, recorded, archive):
    if archive is not None:
        store.objects[OUTPUT] = archive
    result = record(recorded("training_job_completed"))
    assert result["status"] == "failed"
    assert "metrics.json" in result["reason"]


def test_a_job_whose_output_could_not_be_read_is_not_recorded_as_one_without_metrics(
    store, recorded, monkeypatch
):
    def unreachable(key, max_bytes):
        raise StorageError("S3 could not be reached")

    monkeypatch.setattr(store, "members", unreachable)
    payload = {"item": ITEM, "job_name": JOB, "attempt": 1, "error": None}
    with pytest.raises(StorageError):
        record_result(payload, store, FakeSageMaker(recorded("training_job_completed")))
    assert ITEM["result_key"] not in store.objects


def test_a_failed_job_is_recorded_with_its_reason(record, recorded):
    result = record(recorded("training_job_failed"), {"Error": "States.TaskFailed", "Cause": "{"})
    assert result["status"] == "failed"
    assert "ran out of memory" in result["reason"]
    assert "AlgorithmError" not in result["reason"]
    assert result["metrics"] is None


def test_a_job_stopped_at_its_time_limit_reports_the_limit(record, recorded):
    description = recorded("training_job_failed") | {
        "TrainingJobStatus": "Stopped",
        "SecondaryStatus": "MaxRuntimeExceeded",
    }
    del description["FailureReason"]
    result = record(description)
    assert result["status"] == "stopped"
    assert "max_runtime_seconds" in result["reason"]
    assert "4 h" in result["reason"]


def test_a_job_that_was_never_created_reports_sagemakers_error(record):
    cause = (
        "The account-level service limit 'ml.g5.xlarge for training job usage' is 0 Instances, "
        "with current utilization of 0 Instances and a request delta of 1 Instances."
    )
    result = record(None, {"Error": "SageMaker.ResourceLimitExceededException", "Cause": cause})
    assert result["status"] in ("failed", "missing")
    assert "ml.g5.xlarge for training job usage" in result["reason"]
