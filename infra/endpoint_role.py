"""The role of the endpoints: it covers the image, logs, and the models that runs have kept."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.jobs_role import logs_and_metrics, network_interfaces, pull_images, use_volumes
from infra.setting_groups import KmsKeys
from infra.statements import allow, use_objects_under

KEPT_MODELS = "results/*/runs/*/models/*"
LOG_GROUPS = ("/aws/sagemaker/Endpoints/*",)


class EndpointRole(Construct):
    """The permissions of the containers that answer with a kept model."""

    role: iam.Role

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket,
        repository_arns: Sequence[str],
        in_vpc: bool,
        kms: KmsKeys,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com")
        )
        statements = [
            *pull_images(repository_arns),
            *logs_and_metrics(self, LOG_GROUPS, namespaces=("/aws/sagemaker/Endpoints",)),
            allow(["s3:GetObject"], [bucket.arn_for_objects(KEPT_MODELS)]),
            *use_objects_under(kms.bucket),
            *use_volumes(kms.volumes),
        ]
        if in_vpc:
            statements.append(network_interfaces())
        for statement in statements:
            self.role.add_to_policy(statement)
