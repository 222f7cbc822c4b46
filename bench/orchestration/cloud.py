"""A local cloud of the benchmark's own, and what is asked of it by AWS's SDK."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import psutil

_ROOT = Path(__file__).resolve().parents[2]
_EXPORT = re.compile(r"\s*export (\w+)=(.*)")
_STOP = "Stop it with"
_POLL_SECONDS = 0.2
_STACK = "Bakeoff"


@dataclass
class Cloud:
    """The deployed service."""

    environment: Mapping[str, str]
    log_file: Path
    """Of the emulator; it has a line for each call and whether it was allowed."""
    emulator: psutil.Process
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                endpoint_url=self.environment["AWS_ENDPOINT_URL"],
                region_name=self.environment["AWS_REGION"],
                aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            )
        return self._clients[service]

    def output(self, name: str) -> str:
        """One of the stack's outputs."""
        stacks = self.client("cloudformation").describe_stacks(StackName=_STACK)["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stacks[0]["Outputs"]}
        return str(outputs[name])

    def functions(self) -> dict[str, Any]:
        """The configuration of each Lambda function, by its handler's module."""
        pages = self.client("lambda").get_paginator("list_functions").paginate()
        found = [each for page in pages for each in page["Functions"]]
        return {each["Handler"].split(".")[1]: each for each in found}

    def replace_code(self, archive: bytes) -> None:
        """Let jobs run this code; the deployment's own is overwritten."""
        names = self.functions()["read_request"]["Environment"]["Variables"]
        self.client("s3").put_object(
            Bucket=names["CODE_BUCKET"], Key=names["CODE_KEY"], Body=archive
        )

    def run(self, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Run a request to its end; returns the description of its execution."""
        body = json.dumps(request).encode()
        key = f"requests/{name}.json"
        self.client("s3").put_object(Bucket=self.output("BucketName"), Key=key, Body=body)
        machine = self.output("StateMachineArn")
        states = self.client("stepfunctions")
        while not (started := states.list_executions(stateMachineArn=machine)["executions"]):
            time.sleep(_POLL_SECONDS)
        arn = started[0]["executionArn"]
        while (execution := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
            time.sleep(_POLL_SECONDS)
        return dict(execution)

    def history(self, execution: str) -> list[dict[str, Any]]:
        pages = self.client("stepfunctions").get_paginator("get_execution_history")
        found = pages.paginate(executionArn=execution, PaginationConfig={"PageSize": 1000})
        return [event for page in found for event in page["events"]]

    def children(self, execution: str) -> Iterator[list[dict[str, Any]]]:
        """The history of each child of the execution's Maps."""
        states = self.client("stepfunctions")
        for run in states.list_map_runs(executionArn=execution)["mapRuns"]:
            pages = states.get_paginator("list_executions").paginate(mapRunArn=run["mapRunArn"])
            for page in pages:
                yield from (self.history(each["executionArn"]) for each in page["executions"])

    def jobs(self) -> list[dict[str, Any]]:
        """Every training job, with its times."""
        pages = self.client("sagemaker").get_paginator("list_training_jobs").paginate()
        return [job for page in pages for job in page["TrainingJobSummaries"]]

    def log_lines(self, group: str) -> Iterator[str]:
        pages = self.client("logs").get_paginator("filter_log_events")
        for page in pages.paginate(logGroupName=group):
            yield from (event["message"] for event in page["events"])


@contextmanager
def own_cloud(folder: Path, hub: str, max_jobs: int) -> Iterator[Cloud]:
    """A cloud with the service in it, which keeps its files in the folder."""
    environment = os.environ | {
        "BAKEOFF_LOCAL_DIR": str(folder),
        "BAKEOFF_LOCAL_MAX_JOBS": str(max_jobs),
        "HF_ENDPOINT": hub,
        # Its client library keeps what the hub says of programs like it.
        "HF_HOME": str(folder / "huggingface"),
    }
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "local", "up"],
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        variables = _exported(process)
        yield Cloud(variables, folder / "emulator.log", _emulator(process.pid))
    finally:
        process.terminate()
        process.wait()


def _exported(process: "subprocess.Popen[str]") -> dict[str, str]:
    """The variables that a cloud prints when it is up."""
    assert process.stdout is not None
    variables: dict[str, str] = {}
    for line in process.stdout:
        if match := _EXPORT.match(line):
            variables[match[1]] = match[2].strip()
        if _STOP in line:
            return variables
    raise RuntimeError(f"The local cloud did not start: exit status {process.wait()}")


def _emulator(pid: int) -> psutil.Process:
    children = psutil.Process(pid).children(recursive=True)
    return next(each for each in children if "local.emulator" in each.cmdline())
