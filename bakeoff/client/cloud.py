"""The one adapter to AWS; its errors leave it as `ServiceError`."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore import exceptions as aws
from botocore.config import Config

from bakeoff.client.aws_errors import error_code, translated
from bakeoff.client.deployment import DEFAULT_STACK, STACK_VARIABLE, Deployment, find_deployment
from bakeoff.client.endpoint_service import EndpointService
from bakeoff.client.predicting import PredictionJobs
from bakeoff.client.sdk_clients import client_maker
from bakeoff.cost import price_list, token_prices
from bakeoff.errors import FunctionFailedError, ServiceError
from bakeoff.jobs.failure_reason import execution_failure
from bakeoff.jobs.quotas import SERVICE_CODE

TRAINING_LOG_GROUP = "/aws/sagemaker/TrainingJobs"

# Newest first, so the execution that was just started is on the first page.
EXECUTIONS_PER_PAGE = 50
# A function may take 15 minutes. Calling it again would only compare twice.
_ONE_LONG_CALL = Config(
    read_timeout=960, retries={"total_max_attempts": 1, "mode": "standard"}, tcp_keepalive=True
)
# SageMaker gives a model a minute for an answer.
_ONE_QUESTION = Config(read_timeout=70)
# The most that SageMaker returns; its default is ten.
JOBS_PER_PAGE = 100


@dataclass(frozen=True)
class Execution:
    """One execution of the state machine: `event` is its input, the S3 event."""

    arn: str
    status: str
    event: dict[str, Any]
    started: datetime
    stopped: datetime | None
    error: str
    cause: str


@dataclass(frozen=True)
class ListedObject:
    """An object in a listing of the bucket; `modified` has a time zone."""

    num_bytes: int
    modified: datetime


@dataclass(frozen=True)
class StoredObject:
    """S3's answer to a put; `version_id` is None in a bucket without versioning."""

    version_id: str | None
    etag: str


class Cloud:
    """S3, Step Functions and SageMaker, seen by someone who sends requests and reads results."""

    def __init__(
        self, make_client: Callable[..., Any], deployment: Deployment, is_temporary: bool = False
    ) -> None:
        self.deployment = deployment
        self.is_temporary = is_temporary
        """It ends with this program, and its runs with it."""
        self._make_client = make_client
        self._s3 = make_client("s3")
        self._stepfunctions = make_client("stepfunctions")
        self._sagemaker = make_client("sagemaker")
        self._logs = make_client("logs")

    @classmethod
    def connect(
        cls, variables: Mapping[str, str] | None = None, *, is_temporary: bool = False
    ) -> "Cloud":
        """Finds the deployed stack with the caller's credentials and region.

        `variables` are AWS's environment variables of another cloud, such as AWS_ENDPOINT_URL;
        with them, the caller's own AWS settings are not used.

        Raises ServiceError, with a remedy, if there are no credentials or no stack.
        """
        with translated():
            make_client = client_maker(variables)
            stack = os.environ.get(STACK_VARIABLE, DEFAULT_STACK)
            deployment = find_deployment(make_client("cloudformation"), stack)
            return cls(make_client, deployment, is_temporary)

    def put(self, key: str, content: bytes) -> StoredObject:
        with translated():
            answer = self._s3.put_object(Bucket=self.deployment.bucket, Key=key, Body=content)
        version = answer.get("VersionId")
        return StoredObject(None if version == "null" else version, answer["ETag"].strip('"'))

    def upload(self, path: Path, key: str, on_bytes: Callable[[int], None] | None = None) -> None:
        """`on_bytes` gets the number of each part's bytes that were sent, in any thread."""
        with translated():
            self._s3.upload_file(str(path), self.deployment.bucket, key, Callback=on_bytes)

    def download(self, key: str, path: Path) -> None:
        """Writes an object of any size to a file, whose folder must be there."""
        with translated():
            self._s3.download_file(self.deployment.bucket, key, str(path))

    def read(self, key: str) -> bytes | None:
        """The object's content; None if there is none."""
        with translated():
            try:
                answer = self._s3.get_object(Bucket=self.deployment.bucket, Key=key)
                return bytes(answer["Body"].read())
            except aws.ClientError as error:
                if error_code(error) in ("NoSuchKey", "404"):
                    return None
                raise

    def read_json(self, key: str) -> Any:
        """The parsed object; None if there is none."""
        content = self.read(key)
        return None if content is None else json.loads(content)

    def list_objects(self, prefix: str) -> dict[str, ListedObject]:
        """Every object under `prefix`, by key."""
        pages = self._s3.get_paginator("list_objects_v2")
        with translated():
            return {
                item["Key"]: ListedObject(item["Size"], item["LastModified"])
                for page in pages.paginate(Bucket=self.deployment.bucket, Prefix=prefix)
                for item in page.get("Contents", [])
            }

    def newest_keys(self, prefix: str, limit: int) -> list[str]:
        """The objects under `prefix` that were written last, newest first."""
        pages = self._s3.get_paginator("list_objects_v2")
        with translated():
            found = [
                (item["LastModified"], item["Key"])
                for page in pages.paginate(Bucket=self.deployment.bucket, Prefix=prefix)
                for item in page.get("Contents", [])
            ]
        return [key for _, key in sorted(found, reverse=True)[:limit]]

    def products(self, instance_type: str) -> list[str]:
        """The price list's entries for the instance type in this region, each as JSON."""
        filters = price_list.product_filters(self._s3.meta.region_name, instance_type)
        return self._listed(price_list.SERVICE_CODE, filters)

    def token_products(self) -> list[str]:
        """The price list's entries for Amazon Bedrock in this region, each as JSON."""
        filters = token_prices.product_filters(self._s3.meta.region_name)
        return self._listed(token_prices.SERVICE_CODE, filters)

    def _listed(self, service_code: str, filters: list[dict[str, str]]) -> list[str]:
        with translated():
            pricing = self._make_client("pricing", region_name=price_list.REGION)
            pages = pricing.get_paginator("get_products")
            return [
                product
                for page in pages.paginate(ServiceCode=service_code, Filters=filters)
                for product in page["PriceList"]
            ]

    def quotas(self, names: Sequence[str]) -> dict[str, float]:
        """SageMaker's quotas in this account and region, by name, as far as AWS lists them."""
        found: dict[str, float] = {}
        with translated():
            client = self._make_client("service-quotas")
            # Those that were never changed are listed only among the defaults.
            for listing in ("list_service_quotas", "list_aws_default_service_quotas"):
                for page in client.get_paginator(listing).paginate(ServiceCode=SERVICE_CODE):
                    for quota in page["Quotas"]:
                        if quota["QuotaName"] in names:
                            found.setdefault(quota["QuotaName"], quota["Value"])
                    if len(found) == len(set(names)):
                        return found
        return found

    def folders(self, prefix: str) -> list[str]:
        """The names between `prefix` and the next slash."""
        pages = self._s3.get_paginator("list_objects_v2")
        with translated():
            return [
                found["Prefix"].removeprefix(prefix).rstrip("/")
                for page in pages.paginate(
                    Bucket=self.deployment.bucket, Prefix=prefix, Delimiter="/"
                )
                for found in page.get("CommonPrefixes", [])
            ]

    def execution_arns(self, limit: int = EXECUTIONS_PER_PAGE) -> list[str]:
        """The newest executions, newest first."""
        with translated():
            answer = self._stepfunctions.list_executions(
                stateMachineArn=self.deployment.state_machine_arn, maxResults=limit
            )
        return [execution["executionArn"] for execution in answer["executions"]]

    def execution(self, arn: str) -> Execution:
        with translated():
            answer = self._stepfunctions.describe_execution(executionArn=arn)
        return Execution(
            arn=arn,
            status=answer["status"],
            event=_parsed(answer.get("input")),
            started=answer["startDate"],
            stopped=answer.get("stopDate"),
            error=answer.get("error") or "",
            cause=answer.get("cause") or "",
        )

    def is_running(self, arn: str) -> bool:
        """False, too, for an execution that AWS no longer knows: it forgets them after 90 days."""
        with translated():
            try:
                answer = self._stepfunctions.describe_execution(executionArn=arn)
            except aws.ClientError as error:
                if error_code(error) == "ExecutionDoesNotExist":
                    return False
                raise
        return answer["status"] == "RUNNING"

    def stop_execution(self, arn: str) -> None:
        """Stops it, and with it its jobs; nothing happens if it has ended."""
        with translated():
            self._stepfunctions.stop_execution(executionArn=arn, cause="Stopped by the user")

    def call_compare(self, payload: Mapping[str, Any]) -> None:
        """Calls the service's function Compare, and waits until it ends.

        Raises FunctionFailedError if it fails, and ServiceError if it cannot be called or its end
        is not seen.
        """
        arn = self.deployment.compare_function_arn
        if arn is None:
            raise ServiceError(
                "The deployed version cannot compare again: deploy this one with `make deploy`."
            )
        try:
            with translated():
                client = self._make_client("lambda", config=_ONE_LONG_CALL)
                answer = client.invoke(FunctionName=arn, Payload=json.dumps(payload).encode())
                content = answer["Payload"].read()
        except ServiceError as error:
            if isinstance(error.__cause__, aws.ReadTimeoutError | aws.ConnectionClosedError):
                raise ServiceError(
                    "The connection was lost while the run was compared. The comparison may go on "
                    "for 15 minutes; then look at its results with "
                    f"`bakeoff results {payload['name']} --run {payload['run']}`."
                ) from error
            raise
        if "FunctionError" in answer:
            failed = _parsed(content.decode(errors="replace"))
            ended = {"Error": failed.get("errorType"), "Cause": json.dumps(failed)}
            raise FunctionFailedError(execution_failure(ended))

    def endpoints(self) -> EndpointService:
        """Those of SageMaker."""
        with translated():
            runtime = self._make_client("sagemaker-runtime", config=_ONE_QUESTION)
        return EndpointService(self._sagemaker, runtime, self._logs)

    def prediction_jobs(self) -> PredictionJobs:
        """The processing jobs that answer rows."""
        return PredictionJobs(self._sagemaker, self._logs)

    def training_jobs(self, name_contains: str) -> dict[str, str]:
        """The status of every training job whose name contains the text, by name."""
        pages = self._sagemaker.get_paginator("list_training_jobs")
        with translated():
            return {
                job["TrainingJobName"]: job["TrainingJobStatus"]
                for page in pages.paginate(
                    NameContains=name_contains, PaginationConfig={"PageSize": JOBS_PER_PAGE}
                )
                for job in page["TrainingJobSummaries"]
            }

    def training_job(self, name: str) -> dict[str, Any]:
        """SageMaker's description of the job."""
        with translated():
            return dict(self._sagemaker.describe_training_job(TrainingJobName=name))

    def training_log(self, job_name: str, word: str) -> list[str]:
        """The lines of the job's log that contain the word; none if there is no log to read."""
        pages = self._logs.get_paginator("filter_log_events")
        streams = f"{job_name}/"
        try:
            return [
                event["message"]
                for page in pages.paginate(
                    logGroupName=TRAINING_LOG_GROUP,
                    logStreamNamePrefix=streams,
                    filterPattern=word,
                )
                for event in page["events"]
                # Emulators of the service are known to ignore the prefix.
                if event["logStreamName"].startswith(streams)
            ]
        except (aws.ClientError, aws.BotoCoreError):
            # No log yet, or no right to read it: progress is then shown without metrics.
            return []


def _parsed(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
