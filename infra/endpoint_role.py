"""The role of the endpoints: it covers the image, logs, and the models that runs have kept."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.container_role import container_role, use_volumes
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
        own = [
            allow(["s3:GetObject"], [bucket.arn_for_objects(KEPT_MODELS)]),
            *use_objects_under(kms.bucket),
            *use_volumes(kms.volumes),
        ]
        self.role = container_role(
            self,
            own,
            repository_arns=repository_arns,
            log_groups=LOG_GROUPS,
            namespaces=("/aws/sagemaker/Endpoints",),
            in_vpc=in_vpc,
        )
