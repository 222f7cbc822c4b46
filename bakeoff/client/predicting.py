"""Follows the processing job that answers rows in S3, from its creation to its end."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore import exceptions as aws

from bakeoff.client.aws_errors import translated
from bakeoff.errors import ServiceError

LOG_GROUP = "/aws/sagemaker/ProcessingJobs"
_LOOK_SECONDS = 3.0
_RUNNING = ("InProgress", "Stopping")
_MOST_LINES = 20

Say = Callable[[str], None]


class PredictionJobs:
    """SageMaker's processing jobs, seen by someone who wants rows answered."""

    def __init__(self, sagemaker: Any, logs: Any) -> None:
        self._sagemaker = sagemaker
        self._logs = logs

    def create(self, request: Mapping[str, Any]) -> None:
        with translated():
            self._sagemaker.create_processing_job(**request)

    def describe(self, name: str) -> dict[str, Any]:
        with translated():
            return dict(self._sagemaker.describe_processing_job(ProcessingJobName=name))

    def log(self, name: str) -> list[str]:
        """The last lines, as far as they can be read."""
        pages = self._logs.get_paginator("filter_log_events")
        try:
            return [
                event["message"]
                for page in pages.paginate(logGroupName=LOG_GROUP, logStreamNamePrefix=f"{name}/")
                for event in page["events"]
                if event["logStreamName"].startswith(f"{name}/")
            ][-_MOST_LINES:]
        except (aws.ClientError, aws.BotoCoreError):
            return []


def answer_in_s3(
    jobs: PredictionJobs, request: Mapping[str, Any], say: Say, sleep: Callable[[float], None]
) -> str | None:
    """Run the job to its end; returns what it says of rows without an answer, if there are any.

    Raises ServiceError, with the end of its log, unless it succeeds.
    """
    name = request["ProcessingJobName"]
    jobs.create(request)
    say(f"The processing job {name} answers the rows, which takes some minutes to begin ...")
    while (described := jobs.describe(name))["ProcessingJobStatus"] in _RUNNING:
        sleep(_LOOK_SECONDS)
    if described["ProcessingJobStatus"] == "Completed":
        return described.get("ExitMessage")
    reason = described.get("FailureReason") or described["ProcessingJobStatus"]
    told = "".join(f"\n  {line.rstrip()}" for line in jobs.log(name))
    said = f" The end of its log:{told}" if told else ""
    raise ServiceError(f"The processing job {name} has not answered the rows: {reason}.{said}")
