"""Requests put into the deployed service, and what comes of them."""

import csv
import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3

from local.cloud import LocalCloud

_STACK = "Bakeoff"
_WAIT_SECONDS = 900
_POLL_SECONDS = 0.5


@dataclass
class Service:
    """The deployed service, used as a stranger would: through S3 and Step Functions."""

    cloud: LocalCloud
    _clients: dict[str, Any] = field(default_factory=dict)
    _outputs: dict[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self._clients:
            environment = self.cloud.environment
            self._clients[service] = boto3.client(
                service,
                endpoint_url=environment["AWS_ENDPOINT_URL"],
                region_name=environment["AWS_REGION"],
                aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            )
        return self._clients[service]

    @property
    def bucket(self) -> str:
        return self.output("BucketName")

    @property
    def machine(self) -> str:
        return self.output("StateMachineArn")

    def put(self, key: str, content: bytes) -> str:
        """Put an object; returns its URI."""
        self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)
        return f"s3://{self.bucket}/{key}"

    def get(self, key: str) -> bytes:
        body: bytes = self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return body

    def keys(self, prefix: str) -> list[str]:
        pages = self.client("s3").get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self.bucket, Prefix=prefix)
        return [each["Key"] for page in found for each in page.get("Contents", [])]

    def request(self, name: str, content: dict[str, Any]) -> None:
        """Put a request, which starts a run."""
        self.put(f"requests/{name}.json", json.dumps(content).encode())

    def wait_for_results(self, name: str) -> None:
        """Wait for a run's comparison; an error document fails the wait with its problems."""

        def is_there() -> bool:
            keys = self.keys(f"results/{name}/")
            assert f"results/{name}/error.json" not in keys, self.error(name)
            return f"results/{name}/comparison.csv" in keys

        wait_until(is_there, f"no comparison of {name}")
        wait_until(lambda: not self.running(), "the execution does not end")

    def wait_for_error(self, name: str) -> dict[str, Any]:
        """The run's error document, once it is there."""
        key = f"results/{name}/error.json"
        wait_until(lambda: key in self.keys(f"results/{name}/"), f"no error of {name}")
        return self.error(name)

    def error(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.get(f"results/{name}/error.json"))
        return document

    def table(self, name: str, file: str = "comparison.csv") -> list[dict[str, str]]:
        """A result table's rows."""
        text = self.get(f"results/{name}/{file}").decode()
        return list(csv.DictReader(io.StringIO(text)))

    def run_of(self, name: str) -> dict[str, str]:
        """The newest run's run.json."""
        run: dict[str, str] = json.loads(self.get(f"results/{name}/run.json"))
        return run

    def executions(self, key: str) -> list[dict[str, Any]]:
        """Descriptions of the executions that this object's event started."""
        states = self.client("stepfunctions")
        listed = states.list_executions(stateMachineArn=self.machine)["executions"]
        described = [
            states.describe_execution(executionArn=each["executionArn"]) for each in listed
        ]
        return [
            each
            for each in described
            if json.loads(each["input"])["detail"]["object"]["key"] == key
        ]

    def running(self) -> list[Any]:
        states = self.client("stepfunctions")
        found: list[Any] = states.list_executions(
            stateMachineArn=self.machine, statusFilter="RUNNING"
        )["executions"]
        return found

    def training_jobs(self, run: str) -> list[str]:
        """Names of the training jobs of a run."""
        sagemaker = self.client("sagemaker")
        listed = sagemaker.list_training_jobs()["TrainingJobSummaries"]
        names = [each["TrainingJobName"] for each in listed]
        return [name for name in names if run[:8] in name]

    def log_of(self, job: str, kind: str = "TrainingJobs") -> list[str]:
        """What a job has written so far."""
        logs = self.client("logs")
        try:
            found = logs.filter_log_events(
                logGroupName=f"/aws/sagemaker/{kind}", logStreamNamePrefix=job
            )
        except logs.exceptions.ResourceNotFoundException:
            # The first job of the kind creates the group.
            return []
        return [each["message"] for each in found["events"]]

    def output(self, name: str) -> str:
        """One of the stack's outputs, which stay the same."""
        if not self._outputs:
            (stack,) = self.client("cloudformation").describe_stacks(StackName=_STACK)["Stacks"]
            self._outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        return self._outputs[name]


def wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    """Wait for a condition to come true."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(_POLL_SECONDS)
