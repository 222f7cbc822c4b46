"""A job that fails says why in one sentence, where SageMaker looks for it."""

import json
from pathlib import Path

import pytest
import torch

from job.job_failure import failure_sentence
from job.promised_gpu import MissingGpuError, check_gpu
from job.training_config import read_training_config
from tests.support.tiny_job import TinyJob, prepared_job


@pytest.fixture
def job(tmp_path) -> TinyJob:
    return prepared_job(tmp_path)


def test_a_diverging_training_stops_and_names_the_remedy(tmp_path):
    job = prepared_job(tmp_path, learning_rate=1e38, warmup_ratio=0.0)
    outcome = job.run()
    assert outcome.status == 1
    assert job.failure.startswith("Training diverged: the train loss was ")
    assert "Lower learning_rate (1e+38)" in job.failure
    # Long before the first epoch's end.
    assert "split=validation" not in outcome.log
    assert not job.metrics_file.exists()


def test_a_training_that_diverges_between_two_looks_stops_at_the_validation(tmp_path):
    # Seven steps in all, and the loss is looked at every tenth.
    job = prepared_job(tmp_path, learning_rate=1e38, warmup_ratio=0.0, train_batch_size=69)
    outcome = job.run()
    assert outcome.status == 1
    assert job.failure.startswith("Training diverged: ")
    assert "split=" not in outcome.log


def test_a_model_that_does_not_fit_in_memory_names_the_remedy(job):
    config_file = job.model / "config.json"
    config = json.loads(config_file.read_text())
    config_file.write_text(json.dumps(config | {"vocab_size": 2**40}))
    outcome = job.run()
    assert outcome.status == 1
    assert job.failure.startswith("The model ran out of memory on ")
    assert "lower train_batch_size (16) or max_length (64)" in job.failure


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ],
)
def test_every_way_of_running_out_of_memory_is_recognised(job, error):
    config = read_training_config(job.config_file)
    assert failure_sentence(error, config).startswith("The model ran out of memory on ")


def test_other_failures_are_reported_with_the_message_of_the_error(job):
    (job.tokenised / "validation.parquet").unlink()
    assert job.run().status == 1
    assert job.failure.startswith("FileNotFoundError: ")
    assert "validation.parquet" in job.failure
    assert "\n" not in job.failure


def test_a_job_without_its_configuration_says_so(job):
    job.config_file.unlink()
    assert job.run().status == 1
    assert job.failure.startswith("FileNotFoundError: ")
    assert "config.json" in job.failure


def test_a_field_missing_in_the_configuration_is_named(job):
    config = json.loads(job.config_file.read_text())
    del config["main_metric"]
    job.write_config(config)
    assert job.run().status == 1
    assert "main_metric" in job.failure


def test_a_configuration_of_another_version_is_refused(job):
    job.write_config(json.loads(job.config_file.read_text()) | {"schema_version": 1})
    assert job.run().status == 1
    assert "schema_version 1, this code reads 3" in job.failure


def test_a_long_message_fits_in_a_failure_reason():
    sentence = failure_sentence(ValueError("a\nb" * 1000), None)
    assert sentence.startswith("ValueError: a ba b")
    assert len(sentence) <= 1024


def test_code_that_a_model_brings_runs_only_where_that_is_allowed(job):
    config_file = job.model / "config.json"
    config = json.loads(config_file.read_text())
    own_code = {
        "auto_map": {"AutoConfig": "own.OwnConfig", "AutoModelForSequenceClassification": "own.Own"}
    }
    config_file.write_text(json.dumps(config | own_code | {"model_type": "own"}))
    (job.model / "own.py").write_text("raise RuntimeError('the code of the model runs')")
    assert job.run().status == 1
    assert "trust_remote_code" in job.failure
    job.environ["ALLOW_REMOTE_CODE"] = "true"
    assert job.run().status == 1
    assert job.failure == "RuntimeError: the code of the model runs"


@pytest.fixture
def without_cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


def described(job, **resources):
    """The job's folder with SageMaker's description of the instance."""
    file = job.base / "input" / "config" / "resourceconfig.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(resources))
    return file


def test_a_job_on_an_instance_with_gpus_fails_where_none_can_be_used(job, without_cuda):
    described(job, current_instance_type="ml.g5.xlarge")
    outcome = job.run()
    assert outcome.status == 1
    assert job.failure.startswith("SageMaker runs this job on ml.g5.xlarge, but PyTorch ")
    assert "training_image" in job.failure


@pytest.mark.parametrize("instance_type", ["ml.g4dn.xlarge", "ml.gr6.4xlarge", "ml.p5.48xlarge"])
def test_the_families_with_gpus_are_known(job, without_cuda, instance_type):
    with pytest.raises(MissingGpuError):
        check_gpu(described(job, current_instance_type=instance_type))


def test_an_instance_without_gpus_and_a_machine_of_the_users_promise_none(job, without_cuda):
    for instance_type in ("ml.m5.xlarge", "local"):
        check_gpu(described(job, current_instance_type=instance_type))
    check_gpu(job.base / "missing.json")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
def test_a_full_disk_is_told_with_its_remedy(tmp_path):
    job = prepared_job(tmp_path, method="majority")
    output = job.base / "output" / "data"
    output.mkdir(parents=True)
    (output / "predictions.npz").symlink_to("/dev/full")

    outcome = job.run()

    assert outcome.status == 1
    assert job.failure.startswith("The disk is full: raise compute.volume_gb or, ")


@pytest.mark.parametrize(
    "text",
    [
        "Error while serializing: I/O error: No space left on device (os error 28)",
        "[enforce fail at inline_container.cc] . PytorchStreamWriter failed writing file data/7",
    ],
)
def test_a_disk_that_is_full_for_a_library_is_full(text):
    assert failure_sentence(RuntimeError(text), None).startswith("The disk is full: ")
