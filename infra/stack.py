"""The stack: composes the constructs and grants their permissions."""

import json
from pathlib import Path
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.bundle import build_bundle
from infra.endpoint_role import EndpointRole
from infra.function_rights import rights_by_state
from infra.functions import Functions
from infra.images import Images
from infra.jobs_role import JobsRole
from infra.log_retention import log_retention
from infra.notices import Notices
from infra.prediction_role import PredictionRole
from infra.settings import Settings
from infra.storage import Storage
from infra.training_code import TrainingCode
from infra.triggers import Triggers
from infra.wheels import BundleTarget
from infra.workflow import Workflow


class BakeoffStack(Stack):
    """Bucket, rules, state machine, functions and the role of the jobs, in one deployment."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        root: Path,
        build_folder: Path,
    ) -> None:
        super().__init__(
            scope, construct_id, description="Compares NLP models, fine-tuned on your own data."
        )
        self._settings = settings
        self._log_retention = log_retention(settings.log_retention_days)
        self._bound_permissions()
        self.storage = Storage(
            self,
            "Storage",
            run_retention_days=settings.run_retention_days,
            kms_key_arn=settings.kms.bucket,
        )
        self.code = TrainingCode(
            self, "TrainingCode", source=root / "train", build_folder=build_folder
        )
        self.images = Images(self, "Images", settings)
        self.jobs_role = JobsRole(
            self,
            "JobsRole",
            bucket=self.storage.bucket,
            repository_arn=self.images.training.repository_arn,
            readable_buckets=settings.readable_buckets,
            hub_token_secret_arn=settings.hub_token_secret_arn,
            in_vpc=bool(settings.subnet_ids),
            kms=settings.kms,
        )
        self.bedrock_role = self._bedrock_role()
        self.endpoint_role = self._endpoint_role()
        self.prediction_role = self._prediction_role()
        self.functions = self._functions(root, build_folder)
        rights = rights_by_state(self, self.storage.bucket, self.code.object_arn, settings)
        for state in self.functions.by_state:
            self.functions.grant(state, rights[state])
        self.workflow = self._workflow()
        Triggers(
            self,
            "Triggers",
            bucket=self.storage.bucket,
            state_machine=self.workflow.state_machine,
            record_failure=self.functions.by_state["RecordFailure"],
            alarm_email=settings.alarm_email,
        )
        Notices(
            self,
            "Notices",
            bucket=self.storage.bucket,
            state_machine=self.workflow.state_machine,
            notifications=settings.notifications,
        )
        self._outputs()

    def _bedrock_role(self) -> iam.IRole | None:
        """That of the jobs that ask models of Amazon Bedrock; None if none is allowed.

        A role of its own: no other job may ask them, and these have no use for the hub's token.
        """
        settings = self._settings
        if not settings.bedrock_ids:
            return None
        return JobsRole(
            self,
            "BedrockJobsRole",
            bucket=self.storage.bucket,
            repository_arn=self.images.training.repository_arn,
            readable_buckets=(),
            hub_token_secret_arn="",
            in_vpc=bool(settings.subnet_ids),
            kms=settings.kms,
            bedrock_ids=settings.bedrock_ids,
        ).role

    def _endpoint_role(self) -> iam.IRole:
        images = self.images.inference.values()
        return EndpointRole(
            self,
            "EndpointRole",
            bucket=self.storage.bucket,
            repository_arns=list(dict.fromkeys(image.repository_arn for image in images)),
            in_vpc=bool(self._settings.subnet_ids),
            kms=self._settings.kms,
        ).role

    def _prediction_role(self) -> iam.IRole:
        return PredictionRole(
            self,
            "PredictionRole",
            bucket=self.storage.bucket,
            repository_arn=self.images.training.repository_arn,
            readable_buckets=self._settings.readable_buckets,
            writable_buckets=self._settings.writable_buckets,
            in_vpc=bool(self._settings.subnet_ids),
            kms=self._settings.kms,
        ).role

    def _outputs(self) -> None:
        """What the command line reads of the stack."""
        CfnOutput(self, "BucketName", value=self.storage.bucket.bucket_name)
        CfnOutput(self, "StateMachineArn", value=self.workflow.state_machine.state_machine_arn)
        # An estimate depends on them, and the user may not be permitted to describe the functions.
        CfnOutput(self, "ComputeSettings", value=json.dumps(self._compute_settings()))
        # Not a version: whoever compares again wants the newest, and may call this one only.
        compare = self.functions.by_state["Compare"]
        CfnOutput(self, "CompareFunctionArn", value=compare.function_arn)
        CfnOutput(self, "EndpointSettings", value=self.to_json_string(self._endpoint_settings()))
        predictions = self.to_json_string(self._prediction_settings())
        CfnOutput(self, "PredictionSettings", value=predictions)
        # Uploads that are about to expire must be uploaded again before a run.
        CfnOutput(self, "RunRetentionDays", value=str(self._settings.run_retention_days))

    def _endpoint_settings(self) -> dict[str, Any]:
        """Those of `bakeoff.settings.EndpointSettings`."""
        settings = self._settings
        return {
            "role_arn": self.endpoint_role.role_arn,
            "cpu_image": self.images.inference["cpu"].uri,
            "gpu_image": self.images.inference["gpu"].uri,
            "subnet_ids": list(settings.subnet_ids),
            "security_group_ids": list(settings.security_group_ids),
            "volume_kms_key_arn": settings.kms.volumes,
            "allow_remote_code": settings.allow_remote_code,
            "project_tag": settings.stack_name,
        }

    def _prediction_settings(self) -> dict[str, Any]:
        """Those of `bakeoff.settings.PredictionSettings`."""
        settings = self._settings
        return {
            "role_arn": self.prediction_role.role_arn,
            "training_image": self.images.training.uri,
            "instance_type": settings.processing_instance_type,
            "processing_volume_gb": settings.processing_volume_gb,
            "max_runtime_seconds": settings.max_runtime_seconds,
            "subnet_ids": list(settings.subnet_ids),
            "security_group_ids": list(settings.security_group_ids),
            "bucket_kms_key_arn": settings.kms.bucket,
            "volume_kms_key_arn": settings.kms.volumes,
            "project_tag": settings.stack_name,
        }

    def _bound_permissions(self) -> None:
        arn = self._settings.permissions_boundary_arn
        if arn:
            boundary = iam.ManagedPolicy.from_managed_policy_arn(self, "PermissionsBoundary", arn)
            iam.PermissionsBoundary.of(self).apply(boundary)

    def _functions(self, root: Path, build_folder: Path) -> Functions:
        settings = self._settings
        target = BundleTarget(settings.lambda_platform, settings.lambda_architecture)
        return Functions(
            self,
            "Functions",
            bundle=lambda content: build_bundle(root, build_folder, target, content),
            architecture=settings.lambda_architecture,
            environment=self._environment(),
            log_retention=self._log_retention,
            memory_mb={"Compare": settings.compare_memory_mb},
        )

    def _environment(self) -> dict[str, str]:
        """The variables of `bakeoff.settings.ServiceSettings`; Lambda itself sets AWS_REGION."""
        settings = self._settings
        return {
            "BUCKET": self.storage.bucket.bucket_name,
            "SAGEMAKER_ROLE_ARN": self.jobs_role.role.role_arn,
            "BEDROCK_ROLE_ARN": self.bedrock_role.role_arn if self.bedrock_role else "",
            "TRAINING_IMAGE": self.images.training.uri,
            "INFERENCE_IMAGE": self.images.inference["cpu"].uri,
            "REGISTER_MODELS": str(settings.register_models).lower(),
            "CODE_BUCKET": self.code.asset.s3_bucket_name,
            "CODE_KEY": self.code.asset.s3_object_key,
            **{name.upper(): _text(value) for name, value in self._compute_settings().items()},
            "PROCESSING_VOLUME_GB": str(settings.processing_volume_gb),
            "RUN_RETENTION_DAYS": str(settings.run_retention_days),
            "KEEP_ALIVE_SECONDS": str(settings.keep_alive_seconds),
            "HUB_TOKEN_SECRET_ARN": settings.hub_token_secret_arn,
            "HUB_ENDPOINT": settings.hub_endpoint,
            "ALLOW_REMOTE_CODE": str(settings.allow_remote_code).lower(),
            "SUBNET_IDS": ",".join(settings.subnet_ids),
            "SECURITY_GROUP_IDS": ",".join(settings.security_group_ids),
            "MLFLOW_ARN": settings.tracking.mlflow_arn,
            "USE_EXPERIMENTS": str(settings.tracking.experiments).lower(),
            "BUCKET_KMS_KEY_ARN": settings.kms.bucket,
            "VOLUME_KMS_KEY_ARN": settings.kms.volumes,
            "PROJECT_TAG": settings.stack_name,
        }

    def _compute_settings(self) -> dict[str, str | int | bool]:
        """The variables of `bakeoff.settings.ComputeSettings`."""
        settings = self._settings
        return {
            "training_instance_type": settings.training_instance_type,
            "baseline_instance_type": settings.baseline_instance_type,
            "processing_instance_type": settings.processing_instance_type,
            "training_volume_gb": settings.training_volume_gb,
            "max_runtime_seconds": settings.max_runtime_seconds,
            "max_parallel_jobs": settings.max_parallel_jobs,
            "use_spot": settings.use_spot,
            "bedrock_models": ",".join(settings.bedrock_models),
        }

    def _workflow(self) -> Workflow:
        return Workflow(
            self,
            "Workflow",
            functions=self.functions.by_state,
            bucket=self.storage.bucket,
            jobs_roles=[self.jobs_role.role, *([self.bedrock_role] if self.bedrock_role else [])],
            capacity_wait_seconds=self._settings.capacity_wait_seconds,
            log_retention=self._log_retention,
            bucket_kms_key_arn=self._settings.kms.bucket,
        )


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
