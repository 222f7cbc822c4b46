"""The jobs of the local SageMaker: creates them within a quota, runs them in threads."""

import threading
import uuid
from collections.abc import Mapping
from typing import Any

from local.sagemaker.clients import Scope
from local.sagemaker.errors import ApiError, validation_error
from local.sagemaker.experiments import Experiments
from local.sagemaker.job import TRAINING, Job, JobKind
from local.sagemaker.processing import ProcessingRun
from local.sagemaker.run_job import JobRun, Surroundings, run_to_end
from local.sagemaker.training import TrainingRun, check_channels
from local.sagemaker.validation import validate

_Key = tuple[Scope, JobKind, str]


class Jobs:
    """All jobs since the cloud was started."""

    def __init__(self, surroundings: Surroundings, experiments: Experiments) -> None:
        self._surroundings = surroundings
        self._experiments = experiments
        self._lock = threading.Lock()
        self._jobs: dict[_Key, Job] = {}

    def create(
        self, kind: JobKind, scope: Scope, request: Mapping[str, Any], execution: str = ""
    ) -> Job:
        """Start a job; `execution` is the ARN of the execution that creates it, if any.

        Raises:
            ApiError: ValidationException (also for the role), ResourceNotFound (experiment),
                ResourceInUse (name) or ResourceLimitExceeded (too many jobs at once).
        """
        validate(f"Create{kind.word}Job", dict(request))
        self._experiments.check_config(scope, request.get("ExperimentConfig", {}))
        job = Job(kind, scope, request, execution=execution)
        self._surroundings.credentials(job)
        if kind is TRAINING:
            job.on_end = self._experiments.finish
            check_channels(self._surroundings.s3(job), request, scope.region)
        with self._lock:
            self._check_name(job)
            self._check_quota(job)
            self._jobs[scope, kind, job.name] = job
        settings = self._surroundings.settings
        threading.Thread(
            target=run_to_end,
            args=(job, self._run_of(job), settings),
            name=job.name,
            daemon=True,
        ).start()
        return job

    def get(self, kind: JobKind, scope: Scope, name: str) -> Job:
        """The job of that name; raises a ValidationException if there is none."""
        with self._lock:
            job = self._jobs.get((scope, kind, name))
        if job is None:
            raise validation_error("Requested resource not found.")
        return job

    def find(self, scope: Scope, arn: str) -> Job | None:
        """The job with that ARN, if there is one."""
        with self._lock:
            jobs = list(self._jobs.values())
        return next((job for job in jobs if job.scope == scope and job.arn == arn), None)

    def stop(self, kind: JobKind, scope: Scope, name: str) -> None:
        """Request a job to stop; raises a ValidationException if it has already ended."""
        job = self.get(kind, scope, name)
        if job.is_final:
            raise validation_error(
                f"The request was rejected because the {kind.word.lower()} job is in status "
                f"{job.status}."
            )
        job.stop()

    def of_kind(self, kind: JobKind, scope: Scope) -> list[Job]:
        """The jobs of a scope, newest first."""
        with self._lock:
            jobs = [job for key, job in self._jobs.items() if key[:2] == (scope, kind)]
        return jobs[::-1]

    def _run_of(self, job: Job) -> JobRun:
        if job.kind is TRAINING:
            return TrainingRun(job, self._surroundings, self._experiments)
        return ProcessingRun(job, self._surroundings)

    def _check_name(self, job: Job) -> None:
        if (job.scope, job.kind, job.name) in self._jobs:
            raise ApiError(
                "ResourceInUse",
                f"{job.kind.word} job names must be unique within an AWS account and region, and "
                f"a {job.kind.word.lower()} job with this name already exists ({job.arn})",
            )

    def _check_quota(self, job: Job) -> None:
        limit = self._surroundings.settings.max_jobs
        in_use = sum(
            1
            for other in self._jobs.values()
            if other.kind is job.kind
            and other.scope == job.scope
            and other.instance_type == job.instance_type
            and not other.is_final
        )
        if in_use >= limit:
            raise ApiError("ResourceLimitExceeded", _quota_message(job, limit, in_use))


def new_request_id() -> str:
    """An id for one response of the API."""
    return str(uuid.uuid4())


def _quota_message(job: Job, limit: int, in_use: int) -> str:
    return (
        f"The account-level service limit '{job.instance_type} for {job.kind.word.lower()} job "
        f"usage' is {limit} Instances, with current utilization of {in_use} Instances and a "
        "request delta of 1 Instances. Please use AWS Service Quotas to request an increase for "
        "this quota. If AWS Service Quotas is not available, contact AWS support to request an "
        "increase for this quota."
    )
