"""SageMaker's Model Registry."""

from collections.abc import Mapping
from typing import Any

import boto3

from bakeoff.errors import ServiceError
from lambdas.aws.connections import CONFIG
from lambdas.aws.sdk_errors import says, service_errors


class ModelRegistry:
    """SageMaker's Model Registry."""

    def __init__(self, client: Any) -> None:
        self._client = client

    @classmethod
    def connect(cls) -> "ModelRegistry":
        return cls(boto3.client("sagemaker", config=CONFIG))

    def find(self, group: str, description: str) -> str | None:
        """The ARN of the group's newest package with that description; None if there is none."""
        try:
            with service_errors("ListModelPackages"):
                listed = self._client.list_model_packages(
                    ModelPackageGroupName=group,
                    SortBy="CreationTime",
                    SortOrder="Descending",
                    MaxResults=100,
                )
        except ServiceError as error:
            if says(error, "not found", "does not exist", "could not find"):
                return None
            raise
        for package in listed["ModelPackageSummaryList"]:
            if package.get("ModelPackageDescription") == description:
                return str(package["ModelPackageArn"])
        return None

    def create_group(self, request: Mapping[str, Any]) -> None:
        """Unless it is there."""
        try:
            with service_errors("CreateModelPackageGroup"):
                self._client.create_model_package_group(**request)
        except ServiceError as error:
            if not says(error, "already exist"):
                raise

    def create(self, request: Mapping[str, Any]) -> str:
        """The ARN of the new package."""
        with service_errors("CreateModelPackage"):
            return str(self._client.create_model_package(**request)["ModelPackageArn"])
