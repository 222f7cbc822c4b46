"""Settings that belong together: each group is one object in the context."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_KEY_ID = r"(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"
KmsKeyArn = Annotated[
    str, Field(pattern=rf"^$|^arn:[a-z-]+:kms:[a-z0-9-]+:\d{{12}}:key/{_KEY_ID}$")
]
"""The ARN of a key, not of an alias: IAM statements and SageMaker take only the former."""


MlflowArn = Annotated[
    str,
    Field(
        pattern=r"^$|^arn:(aws|aws-us-gov):sagemaker:[a-z0-9-]+:\d{12}:"
        r"(mlflow-tracking-server|mlflow-app)/[A-Za-z0-9-]+$"
    ),
]


class SettingGroup(BaseModel):
    """A group of settings; each may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class KmsKeys(SettingGroup):
    """Customer managed keys, in the region of the deployment; empty: AWS's own keys."""

    bucket: KmsKeyArn = ""
    """For all objects in the bucket, among them the jobs' outputs and checkpoints."""
    volumes: KmsKeyArn = ""
    """For the jobs' volumes. SageMaker takes no key for instances with disks of their own, which
    encrypt them in hardware."""
    bootstrap: KmsKeyArn = ""
    """That of the CDK's own bucket, if it has one: ReadRequest reads the training code there."""


class Tracking(SettingGroup):
    """Where people can look at the training jobs, beside the results."""

    experiments: bool = True
    """SageMaker Experiments, which only Studio Classic shows."""
    mlflow_arn: MlflowArn = ""
    """A tracking server or an app of SageMaker's managed MLflow."""


class Notifications(SettingGroup):
    """Who hears that a run has ended, well or badly."""

    email: str = Field(default="", pattern=r"^$|^[^@\s]+@[^@\s]+$")
    topic_arn: str = Field(default="", pattern=r"^$|^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+$")
    """A topic that exists already; its policy must allow EventBridge to publish."""
