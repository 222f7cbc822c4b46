"""The role of the SageMaker jobs: it covers the image, logs, and the jobs' part of the bucket."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.bedrock_rights import ask_models
from infra.container_role import container_role, other_buckets, use_volumes
from infra.setting_groups import KmsKeys
from infra.statements import allow, use_objects_under

LOG_GROUPS = ("/aws/sagemaker/TrainingJobs", "/aws/sagemaker/ProcessingJobs")
READABLE_PREFIXES = ("runs/*", "uploads/*", "cache/*")
WRITABLE_PREFIXES = (
    "runs/*/prepared/*",
    "runs/*/output/*",
    "runs/*/checkpoints/*",
    # Later runs reuse what one run has prepared.
    "cache/*",
)


class JobsRole(Construct):
    """The permissions of SageMaker's containers; no request can widen them."""

    role: iam.Role

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket,
        repository_arn: str,
        readable_buckets: Sequence[str],
        hub_token_secret_arn: str,
        in_vpc: bool,
        kms: KmsKeys,
        bedrock_ids: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        own = [
            *_bucket(bucket),
            *other_buckets(readable_buckets),
            *use_objects_under(kms.bucket, write=True),
            *use_volumes(kms.volumes),
        ]
        if hub_token_secret_arn:
            own.append(allow(["secretsmanager:GetSecretValue"], [hub_token_secret_arn]))
        if bedrock_ids:
            own += ask_models(Stack.of(self), bedrock_ids)
        self.role = container_role(
            self,
            own,
            repository_arns=[repository_arn],
            log_groups=LOG_GROUPS,
            namespaces=LOG_GROUPS,
            in_vpc=in_vpc,
        )


def _bucket(bucket: s3.IBucket) -> list[iam.PolicyStatement]:
    objects = bucket.arn_for_objects
    return [
        allow(["s3:GetObject"], [objects(prefix) for prefix in READABLE_PREFIXES]),
        allow(
            ["s3:PutObject", "s3:AbortMultipartUpload"],
            [objects(prefix) for prefix in WRITABLE_PREFIXES],
        ),
        # SageMaker synchronises checkpoints, so it deletes those that training removes.
        allow(["s3:DeleteObject"], [objects("runs/*/checkpoints/*")]),
        allow(
            ["s3:ListBucket"],
            [bucket.bucket_arn],
            {"StringLike": {"s3:prefix": list(READABLE_PREFIXES)}},
        ),
        allow(["s3:GetBucketLocation"], [bucket.bucket_arn]),
    ]
