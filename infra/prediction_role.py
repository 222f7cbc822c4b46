"""The role of the jobs that answer rows in S3 with a kept model."""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.container_role import container_role, other_buckets, use_volumes
from infra.endpoint_role import KEPT_MODELS
from infra.setting_groups import KmsKeys
from infra.statements import allow, use_objects_under

LOG_GROUPS = ("/aws/sagemaker/ProcessingJobs",)
ANSWERS = "answers/*"
"""Where answers go in the deployment's own bucket."""
_ROWS = ("uploads/*", ANSWERS)


class PredictionRole(Construct):
    """Reads kept models, and rows where requests may read them; writes answers."""

    role: iam.Role

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket,
        repository_arn: str,
        readable_buckets: Sequence[str],
        writable_buckets: Sequence[str],
        in_vpc: bool,
        kms: KmsKeys,
    ) -> None:
        super().__init__(scope, construct_id)
        objects = bucket.arn_for_objects
        write = ["s3:PutObject", "s3:AbortMultipartUpload"]
        own = [
            allow(["s3:GetObject"], [objects(each) for each in (KEPT_MODELS, *_ROWS)]),
            allow(write, [objects(ANSWERS)]),
            allow(
                ["s3:ListBucket"],
                [bucket.bucket_arn],
                {"StringLike": {"s3:prefix": [KEPT_MODELS, *_ROWS]}},
            ),
            *other_buckets(readable_buckets),
            *use_objects_under(kms.bucket, write=True),
            *use_volumes(kms.volumes),
        ]
        if writable_buckets:
            arns = [f"arn:{Aws.PARTITION}:s3:::{name}/*" for name in writable_buckets]
            own.append(allow(write, arns))
        self.role = container_role(
            self,
            own,
            repository_arns=[repository_arn],
            log_groups=LOG_GROUPS,
            namespaces=LOG_GROUPS,
            in_vpc=in_vpc,
        )
