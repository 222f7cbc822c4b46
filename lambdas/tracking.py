"""Tracks training jobs in MLflow as they end.

MLflow is where people look, not where the results come from: a failure there is only logged.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bakeoff import layout
from bakeoff.errors import BakeoffError
from bakeoff.jobs.mlflow_run import mlflow_run
from bakeoff.jobs.plan_item import PlannedJob
from bakeoff.jobs.result import JobResult
from bakeoff.request.resolved import RequestName
from lambdas.aws.store import Store
from lambdas.mlflow import Mlflow

log = logging.getLogger("bakeoff")

Track = Callable[[PlannedJob, JobResult, Mapping[str, Any] | None], None]
"""Called with a job that has ended, and SageMaker's description of it if there is one."""


def no_tracking(
    planned: PlannedJob, result: JobResult, description: Mapping[str, Any] | None
) -> None:
    """For a deployment that names no tracking server."""


def tracking(environ: Mapping[str, str], store: Store) -> Track:
    """What the deployment's settings ask for."""
    arn = environ.get("MLFLOW_ARN")
    if not arn:
        return no_tracking
    return mlflow_tracking(Mlflow.connect(arn), store, environ["PROJECT_TAG"])


def mlflow_tracking(mlflow: Mlflow, store: Store, project: str) -> Track:
    """Tracks in experiments called PROJECT/NAME, after the name of the results."""

    def track(
        planned: PlannedJob, result: JobResult, description: Mapping[str, Any] | None
    ) -> None:
        try:
            request = store.get(layout.resolved_request_key(planned.run))
            name = RequestName.from_json(request).name
            now = datetime.now(UTC)
            mlflow.record(
                mlflow_run(planned, result, description, project=project, name=name, now=now)
            )
        except BakeoffError as error:
            log.warning("%s is not tracked in MLflow: %s", planned.item, error)

    return track
