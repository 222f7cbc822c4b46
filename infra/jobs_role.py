"""The role of the SageMaker jobs: it covers the image, logs, and the jobs' part of the bucket."""

from collections.abc import Sequence

from aws_cdk import ArnFormat, Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.bedrock_rights import ask_models
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
        self.role = iam.Role(
            self, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com")
        )
        statements = [
            *pull_images([repository_arn]),
            *logs_and_metrics(self, LOG_GROUPS, namespaces=LOG_GROUPS),
            *_bucket(bucket),
            *other_buckets(readable_buckets),
            *use_objects_under(kms.bucket, write=True),
            *use_volumes(kms.volumes),
        ]
        if hub_token_secret_arn:
            statements.append(allow(["secretsmanager:GetSecretValue"], [hub_token_secret_arn]))
        if bedrock_ids:
            statements += ask_models(Stack.of(self), bedrock_ids)
        if in_vpc:
            statements.append(network_interfaces())
        for statement in statements:
            self.role.add_to_policy(statement)


def pull_images(repository_arns: Sequence[str]) -> list[iam.PolicyStatement]:
    """What running containers of these repositories takes."""
    pull = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    ]
    # A login token is not restricted to a repository.
    return [allow(pull, repository_arns), allow(["ecr:GetAuthorizationToken"], ["*"])]


def logs_and_metrics(
    scope: Construct, log_groups: Sequence[str], namespaces: Sequence[str]
) -> list[iam.PolicyStatement]:
    """What SageMaker writes into CloudWatch for a container."""
    groups = [
        Stack.of(scope).format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"{name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        for name in log_groups
    ]
    write = [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
    ]
    # CloudWatch's metrics have no ARNs, so the namespace is restricted instead.
    condition = {"StringEquals": {"cloudwatch:namespace": list(namespaces)}}
    return [allow(write, groups), allow(["cloudwatch:PutMetricData"], ["*"], condition)]


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


def use_volumes(key_arn: str) -> list[iam.PolicyStatement]:
    """SageMaker lets its volumes' service use the key through a grant."""
    if not key_arn:
        return []
    for_services = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [
        allow(["kms:CreateGrant"], [key_arn], for_services),
        allow(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"], [key_arn]),
    ]


def other_buckets(names: Sequence[str]) -> list[iam.PolicyStatement]:
    """What reading the buckets that the operator has named takes."""
    if not names:
        return []
    arns = [f"arn:{Aws.PARTITION}:s3:::{name}" for name in names]
    return [
        allow(["s3:ListBucket", "s3:GetBucketLocation"], arns),
        allow(["s3:GetObject"], [f"{arn}/*" for arn in arns]),
    ]


def network_interfaces() -> iam.PolicyStatement:
    """What a container in a VPC takes."""
    # SageMaker's documentation requires these on all resources.
    return allow(
        [
            "ec2:CreateNetworkInterface",
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DeleteNetworkInterfacePermission",
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ],
        ["*"],
    )
