"""Deployment settings: one typed object, read from the cdk.json context key "bakeoff".

A single setting can be overridden on the command line with `-c bakeoff.NAME=VALUE`, where VALUE
is JSON or plain text; a list may also be given as comma-separated text. A setting of a group is
called GROUP.NAME.
"""

import difflib
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from infra.registry import DEFAULT_IMAGE, REGISTRY_ACCOUNTS, TAGS
from infra.setting_groups import KmsKeys, Notifications, SettingGroup, Tracking

CONTEXT_KEY = "bakeoff"
_OVERRIDE_PREFIX = CONTEXT_KEY + "."

# CUDA 13 in the training images does not support these instances' GPUs (Volta and older).
_UNSUPPORTED_FAMILIES = ("ml.p2.", "ml.p3.", "ml.p3dn.")
_ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.[a-z0-9.-]+/(?P<repository>[^:@\s]+)"
    r"[:@]\S+"
)


_ECR_FORM = "ACCOUNT.dkr.ecr.REGION.DOMAIN/REPOSITORY:TAG"
_BEDROCK_MODEL = re.compile(
    r"[a-z0-9][a-z0-9-]*(?:\.[A-Za-z0-9][A-Za-z0-9_-]*)+(?::[A-Za-z0-9.]+){0,2}"
    r"(?:=\d+(?:\.\d+)?/\d+(?:\.\d+)?)?"
)


class SettingsError(Exception):
    """The deployment's settings are wrong; the message lists every problem."""


def _split_text(value: object) -> object:
    """Command-line context is text: read "a,b" as the list that cdk.json would hold."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


TextList = Annotated[tuple[str, ...], BeforeValidator(_split_text)]
BucketName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
BucketNames = Annotated[tuple[BucketName, ...], BeforeValidator(_split_text)]

# SageMaker's limit, in characters, for a value in a processing job's environment.
_MAX_VARIABLE = 256


class EcrImage(NamedTuple):
    """An image in a repository of ECR, as its URI names it."""

    uri: str
    account: str
    region: str
    repository: str

    @classmethod
    def parse(cls, uri: str) -> "EcrImage | None":
        """None if the text is no such URI."""
        match = _ECR_IMAGE.fullmatch(uri)
        if match is None:
            return None
        return cls(uri, match["account"], match["region"], match["repository"])


class Settings(BaseModel):
    """Options of a deployment. Sizes are in GB, times in the unit that ends the name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stack_name: str = Field(default="Bakeoff", pattern=r"^[A-Za-z][A-Za-z0-9-]{0,127}$")
    training_instance_type: str = Field(default="ml.g5.xlarge", pattern=r"^ml\.[a-z0-9.-]+$")
    baseline_instance_type: str = Field(default="ml.m5.xlarge", pattern=r"^ml\.[a-z0-9.-]+$")
    """For baselines and the method static, which use neither a GPU nor spot capacity."""
    processing_instance_type: str = Field(default="ml.m5.2xlarge", pattern=r"^ml\.[a-z0-9.-]+$")
    training_volume_gb: int = Field(default=100, ge=30, le=16384)
    processing_volume_gb: int = Field(default=100, ge=30, le=16384)
    max_runtime_seconds: int = Field(default=14400, ge=60, le=432000)
    max_parallel_jobs: int = Field(default=2, ge=1, le=1000)
    """Concurrent training jobs in one run; accounts start with low quotas for GPU instances."""
    capacity_wait_seconds: int = Field(default=60, ge=0, le=1800)
    """First wait when a quota is in use or capacity is lacking; it doubles, up to five minutes for
    a quota and half an hour for capacity."""
    use_spot: bool = True
    keep_alive_seconds: int = Field(default=0, ge=0, le=3600)
    """How long SageMaker keeps an instance on demand for the next training job (a warm pool), for
    its full price; 0: not at all. Instances on spot capacity are never kept."""
    training_image: str = DEFAULT_IMAGE
    """One of AWS's Hugging Face training images by its name in `registry.TAGS`, or an image in
    ECR."""
    inference_image: str = ""
    """The image of endpoints, in ECR; empty: AWS's Hugging Face inference image."""
    register_models: bool = False
    """Whether each run's best model becomes a package in SageMaker's Model Registry."""
    compare_memory_mb: int = Field(default=3008, ge=1024, le=10240)
    """Memory of the function that compares; new accounts allow no more than 3008."""
    hub_token_secret_arn: str = Field(
        default="",
        max_length=_MAX_VARIABLE,
        pattern=r"^$|^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+-[A-Za-z0-9]{6}$",
    )
    """The complete ARN, with the six characters that Secrets Manager adds to the name."""
    hub_endpoint: str = Field(default="", max_length=_MAX_VARIABLE, pattern=r"^$|^https?://\S+$")
    allow_remote_code: bool = False
    subnet_ids: TextList = ()
    security_group_ids: TextList = ()
    readable_buckets: BucketNames = ()
    """Other buckets whose datasets and models a request may name."""
    writable_buckets: BucketNames = ()
    """Other buckets to which `predict` may write the answers for rows in S3."""
    bedrock_models: TextList = ()
    """Models of Amazon Bedrock that a request may name, by their ids: `ID`, or
    `ID=INPUT/OUTPUT` with the prices in US dollars per million tokens."""
    run_retention_days: int = Field(default=90, ge=1, le=3650)
    log_retention_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] = 90
    lambda_platform: Literal["aws", "host"] = "aws"
    """Platform of the bundle's wheels: the Lambda runtime or the running interpreter."""
    lambda_architecture: Literal["arm64", "x86_64"] = "arm64"
    alarm_email: str = Field(default="", pattern=r"^$|^[^@\s]+@[^@\s]+$")
    notifications: Notifications = Notifications()
    tracking: Tracking = Tracking()
    kms: KmsKeys = KmsKeys()
    permissions_boundary_arn: str = Field(
        default="", pattern=r"^$|^arn:[a-z-]+:iam::(\d{12}|aws):policy/\S+$"
    )
    """A policy that bounds what every role of the stack may be permitted."""

    @model_validator(mode="after")
    def _check_combinations(self) -> "Settings":
        if bool(self.subnet_ids) != bool(self.security_group_ids):
            raise ValueError("subnet_ids and security_group_ids go together: give both or neither")
        if self.training_instance_type.startswith(_UNSUPPORTED_FAMILIES):
            raise ValueError(
                f"training_instance_type {self.training_instance_type!r} has a GPU that the "
                "training image cannot run on: use ml.g5.xlarge, ml.g6.xlarge or larger"
            )
        if self.training_image not in TAGS and not self.own_training_image:
            raise ValueError(
                f"training_image {self.training_image!r} is neither {' nor '.join(TAGS)} nor an "
                f"image in ECR ({_ECR_FORM})"
            )
        if self.inference_image and not self.own_inference_image:
            raise ValueError(
                f"inference_image {self.inference_image!r} is no image in ECR ({_ECR_FORM})"
            )
        return self

    @model_validator(mode="after")
    def _check_bedrock_models(self) -> "Settings":
        for entry in self.bedrock_models:
            if not _BEDROCK_MODEL.fullmatch(entry):
                raise ValueError(
                    f"bedrock_models has {entry!r}, which is neither the id of a foundation model "
                    "or of an inference profile, such as us.amazon.nova-lite-v1:0, nor such an id "
                    "with =INPUT/OUTPUT, its prices in US dollars per million tokens"
                )
        return self

    @property
    def other_buckets(self) -> tuple[str, ...]:
        """The buckets that the operator names, for reading or for writing."""
        return (*self.readable_buckets, *self.writable_buckets)

    @property
    def bedrock_ids(self) -> list[str]:
        """The allowed models' ids, without prices."""
        return [entry.partition("=")[0] for entry in self.bedrock_models]

    @property
    def own_training_image(self) -> EcrImage | None:
        """None for one of AWS's."""
        return EcrImage.parse(self.training_image)

    @property
    def own_inference_image(self) -> EcrImage | None:
        """None for AWS's."""
        return EcrImage.parse(self.inference_image)

    def check_region(self, region: str | None) -> None:
        """Raises SettingsError if AWS has not all images in `region`; None: not known yet."""
        if region is None or region in REGISTRY_ACCOUNTS:
            return
        own = {
            "training_image": self.own_training_image,
            "inference_image": self.own_inference_image,
        }
        lacking = [name for name, image in own.items() if image is None]
        if not lacking:
            return
        raise SettingsError(
            f"The region {region} is not among those for which AWS lists its Hugging Face "
            f"images: {', '.join(sorted(REGISTRY_ACCOUNTS))}. Deploy to one of them "
            "(AWS_REGION), or copy the images for training and inference to a repository of yours "
            f"in ECR and give their URIs as the settings {' and '.join(lacking)}."
        )


def setting_names() -> dict[str, Any]:
    """The default of each setting by its name; those of groups are called GROUP.NAME."""
    defaults: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, SettingGroup):
            defaults |= {f"{name}.{key}": value for key, value in field.default}
        else:
            defaults[name] = field.default
    return defaults


def load_settings(context: Mapping[str, Any]) -> Settings:
    """Read the settings from a CDK context.

    Raises:
        SettingsError: a name is unknown or a value wrong; the message lists every problem.
    """
    values = _context_object(context.get(CONTEXT_KEY, {}))
    for key, value in context.items():
        if key.startswith(_OVERRIDE_PREFIX):
            _override(values, key.removeprefix(_OVERRIDE_PREFIX), _override_value(value))
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = "\n".join(f"  {_describe(detail)}" for detail in error.errors())
        raise SettingsError(
            f'Wrong settings in the context "{CONTEXT_KEY}":\n{problems}'
        ) from error


def _context_object(value: object) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except json.JSONDecodeError as error:
            raise SettingsError(f'The context "{CONTEXT_KEY}" is not JSON: {error}') from error
    if not isinstance(value, dict):
        raise SettingsError(f'The context "{CONTEXT_KEY}" must be an object of settings.')
    return dict(value)


def _override(values: dict[str, Any], name: str, value: object) -> None:
    group, _, member = name.rpartition(".")
    if not group:
        values[name] = value
        return
    others = values.get(group)
    values[group] = {**(others if isinstance(others, dict) else {}), member: value}


def _override_value(value: object) -> object:
    """Parse `-c` text as JSON only if it looks like JSON: "12" must stay usable as a name."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value


def _describe(detail: Mapping[str, Any]) -> str:
    name = ".".join(str(part) for part in detail["loc"])
    if detail["type"] != "extra_forbidden":
        return f"{name}: {detail['msg']}" if name else str(detail["msg"])
    known = setting_names()
    nearest = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else "known: " + ", ".join(known)
    return f"{name}: no such setting; {hint}"
