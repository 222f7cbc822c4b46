"""The deployment's settings for every run, read from the Lambdas' environment."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bakeoff.errors import SettingsError


def _split_text(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


NonEmpty = Annotated[str, Field(min_length=1)]
TextList = Annotated[tuple[str, ...], BeforeValidator(_split_text)]


class ComputeSettings(BaseModel):
    """Defaults for the machines of a request; sizes in GB, times in seconds.

    They are also an output of the stack, which the command line reads to estimate costs.
    """

    model_config = ConfigDict(frozen=True)

    training_instance_type: NonEmpty
    baseline_instance_type: NonEmpty
    """For baselines and the method static, which use no GPU."""
    processing_instance_type: NonEmpty
    training_volume_gb: int = Field(ge=1)
    max_runtime_seconds: int = Field(ge=1)
    """For one training job."""
    max_parallel_jobs: int = Field(ge=1)
    use_spot: bool = True
    """Whether models are trained on spot capacity."""
    bedrock_models: TextList = ()
    """The models of Amazon Bedrock that a request may name, as `hosted_models.allowed_models`."""


class EndpointSettings(BaseModel):
    """What an endpoint is made of: an output of the stack, which the command line reads."""

    model_config = ConfigDict(frozen=True)

    role_arn: NonEmpty
    """The role of the containers."""
    cpu_image: NonEmpty
    gpu_image: NonEmpty
    subnet_ids: TextList = ()
    security_group_ids: TextList = ()
    volume_kms_key_arn: str = ""
    """The key of the instances' volumes, where an instance type takes one."""
    allow_remote_code: bool = False
    """Whether models may run code of their own."""
    project_tag: str = "bakeoff"

    @property
    def vpc_config(self) -> dict[str, list[str]] | None:
        """The containers' network, as for jobs."""
        return vpc_config(self.subnet_ids, self.security_group_ids)


class PredictionSettings(BaseModel):
    """What jobs that answer rows in S3 are made of: an output of the stack."""

    model_config = ConfigDict(frozen=True)

    role_arn: NonEmpty
    training_image: NonEmpty
    instance_type: NonEmpty
    processing_volume_gb: int = Field(ge=1)
    max_runtime_seconds: int = Field(ge=1)
    subnet_ids: TextList = ()
    security_group_ids: TextList = ()
    bucket_kms_key_arn: str = ""
    volume_kms_key_arn: str = ""
    project_tag: str = "bakeoff"

    @property
    def vpc_config(self) -> dict[str, list[str]] | None:
        """The job's network, as for other jobs."""
        return vpc_config(self.subnet_ids, self.security_group_ids)


class ServiceSettings(ComputeSettings):
    """All settings of the Lambdas; an empty text means that the setting is unset."""

    bucket: NonEmpty
    sagemaker_role_arn: NonEmpty
    bedrock_role_arn: str = ""
    """The role of the jobs that ask models of Amazon Bedrock; empty: none are allowed."""
    training_image: NonEmpty
    code_bucket: NonEmpty
    code_key: NonEmpty
    """The key of the training code that the deployment uploaded, a .tar.gz."""
    aws_region: NonEmpty
    processing_volume_gb: int = Field(ge=1)
    run_retention_days: int = Field(ge=1)
    """Days after which the bucket deletes runs, uploads and the cache."""
    hub_token_secret_arn: str = ""
    hub_endpoint: str = ""
    """A hub to use instead of huggingface.co."""
    allow_remote_code: bool = False
    """Whether models may contain code of their own."""
    subnet_ids: TextList = ()
    security_group_ids: TextList = ()
    bucket_kms_key_arn: str = ""
    """The key of the bucket, and so of the jobs' outputs."""
    volume_kms_key_arn: str = ""
    """The key of the jobs' volumes, where an instance type takes one."""
    keep_alive_seconds: int = Field(default=0, ge=0, le=3600)
    """How long an instance on demand waits for another job once it has done one."""
    use_experiments: bool = True
    """Whether training jobs are tracked in SageMaker Experiments."""
    mlflow_arn: str = ""
    """A tracking server or an app of SageMaker's managed MLflow in which jobs are tracked."""
    inference_image: str = ""
    """The image of endpoints without a GPU, which packages in the Model Registry name."""
    register_models: bool = False
    """Whether each run's best model is registered, also where its request does not say so."""
    project_tag: str = "bakeoff"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "ServiceSettings":
        """Read each setting from the variable with its name in upper case.

        Raises SettingsError, which names every variable that is missing or invalid.
        """
        values = {
            name: environ[name.upper()] for name in cls.model_fields if name.upper() in environ
        }
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problems = "\n".join(
                f"  {str(detail['loc'][0]).upper()}: {detail['msg']}" for detail in error.errors()
            )
            raise SettingsError(f"Wrong settings in the environment:\n{problems}") from error

    @property
    def vpc_config(self) -> dict[str, list[str]] | None:
        """The jobs' network in the form of SageMaker's API; None for SageMaker's own network."""
        return vpc_config(self.subnet_ids, self.security_group_ids)

    @property
    def warm_pool(self) -> dict[str, int]:
        """The part of ResourceConfig that keeps an instance for the next job, if any."""
        seconds = self.keep_alive_seconds
        return {"KeepAlivePeriodInSeconds": seconds} if seconds else {}

    @property
    def bucket_key(self) -> dict[str, str]:
        """The part of SageMaker's output configurations that names the bucket's key, if any.

        Without it SageMaker would encrypt with AWS's own key.
        """
        return {"KmsKeyId": self.bucket_kms_key_arn} if self.bucket_kms_key_arn else {}

    def tags_of(self, name: str, run: str, candidate: str | None = None) -> list[dict[str, str]]:
        """The tags of a run's jobs, which AWS can show as columns of the bill."""
        return tags_of(self.project_tag, name, run, candidate)


NAME_TAG, RUN_TAG, CANDIDATE_TAG = "bakeoff:request", "bakeoff:run", "bakeoff:candidate"
PROJECT_TAG = "project"


def tags_of(
    project: str, name: str, run: str | None = None, candidate: str | None = None
) -> list[dict[str, str]]:
    """The tags of what results, or one of their runs, have in SageMaker."""
    tags = {PROJECT_TAG: project, NAME_TAG: name, RUN_TAG: run, CANDIDATE_TAG: candidate}
    return [{"Key": key, "Value": value} for key, value in tags.items() if value is not None]


def vpc_config(
    subnet_ids: tuple[str, ...], security_group_ids: tuple[str, ...]
) -> dict[str, list[str]] | None:
    """A network in the form of SageMaker's API; None without subnets."""
    if not subnet_ids:
        return None
    return {"Subnets": list(subnet_ids), "SecurityGroupIds": list(security_group_ids)}
