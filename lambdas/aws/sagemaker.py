"""SageMaker's jobs and Experiments."""

from collections.abc import Callable
from typing import Any

import boto3

from bakeoff.errors import ServiceError
from lambdas.aws.connections import CONFIG
from lambdas.aws.sdk_errors import says, service_errors


class SageMaker:
    """Training jobs, and the Experiments in which people look at them."""

    def __init__(self, client: Any) -> None:
        self._client = client

    @classmethod
    def connect(cls) -> "SageMaker":
        return cls(boto3.client("sagemaker", config=CONFIG))

    def training_job(self, name: str) -> dict[str, Any] | None:
        """SageMaker's description of the job; None if there is no such job."""
        try:
            with service_errors("DescribeTrainingJob"):
                return dict(self._client.describe_training_job(TrainingJobName=name))
        except ServiceError as error:
            if says(error, "not found", "does not exist", "could not find"):
                return None
            raise

    def create_experiment(self, name: str) -> None:
        """Creates the experiment unless it is there."""
        self._create(
            lambda: self._client.create_experiment(
                ExperimentName=name, Description="A comparison of NLP models, made by Bakeoff."
            )
        )

    def create_trial(self, name: str, experiment: str, display_name: str) -> None:
        """Creates a trial of `experiment` unless it is there."""
        self._create(
            lambda: self._client.create_trial(
                TrialName=name, ExperimentName=experiment, DisplayName=display_name
            )
        )

    def _create(self, call: Callable[[], Any]) -> None:
        try:
            with service_errors("Experiments"):
                call()
        except ServiceError as error:
            if not says(error, "already exist", "must be unique"):
                raise
