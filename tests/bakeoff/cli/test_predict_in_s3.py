"""`predict` for rows in S3, with processing jobs that end at once."""

import pytest

from bakeoff.client.predicting import PredictionJobs
from tests.support.command_line import invoke
from tests.support.fake_cloud import FakeCloud
from tests.support.kept_run import NAME, bucket_of, kept_summary

COMMAND = ["predict", NAME, "s3://b/rows/", "--output", "s3://b/answers/"]


class EndedJobs(PredictionJobs):
    """Jobs of which each look shows the next of these descriptions."""

    def __init__(self, *descriptions):
        self.descriptions = list(descriptions)
        self.created = []

    def create(self, request):
        self.created.append(request)

    def describe(self, name):
        return self.descriptions.pop(0)

    def log(self, name):
        return ["no column 'body'"]


@pytest.fixture
def cloud(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cloud = FakeCloud()
    cloud.objects |= bucket_of(kept_summary(), b"archive")
    return cloud


def test_the_answers_are_told_once_the_job_has_ended(cloud):
    statuses = ("InProgress", "InProgress", "Completed")
    cloud.job_service = EndedJobs(*({"ProcessingJobStatus": status} for status in statuses))

    ended = invoke(COMMAND, cloud)

    assert ended.status == 0, ended.err
    assert "The answers are in s3://b/answers/predictions.csv." in ended.out
    (request,) = cloud.job_service.created
    assert request["ProcessingJobName"].startswith("bakeoff-rt-polarity-predict-2026")


def test_rows_without_an_answer_are_said_by_the_status(cloud):
    described = {"ProcessingJobStatus": "Completed", "ExitMessage": "Some rows have no answer."}
    cloud.job_service = EndedJobs(described)

    ended = invoke(COMMAND, cloud)

    assert ended.status == 3
    assert "Some rows have no answer." in ended.err


def test_a_job_that_fails_says_why(cloud):
    described = {"ProcessingJobStatus": "Failed", "FailureReason": "AlgorithmError: exit code: 1"}
    cloud.job_service = EndedJobs(described)

    ended = invoke(COMMAND, cloud)

    assert ended.status == 1
    assert "exit code: 1" in ended.err
    assert "no column 'body'" in ended.err


def test_what_is_only_half_in_s3_is_refused(cloud):
    for command in (["predict", NAME, "rows.csv", "--output", "s3://b/a.csv"], COMMAND[:3]):
        ended = invoke(command, cloud)
        assert ended.status == 1
        assert "S3" in ended.err
    ended = invoke(["predict", NAME, "rows.csv", "--instance-type", "ml.m5.large"], cloud)
    assert ended.status == 2
