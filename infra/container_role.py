"""What all roles of containers have in common: images, logs, volumes and the network."""

from collections.abc import Sequence

from aws_cdk import ArnFormat, Aws, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.statements import allow


def container_role(
    scope: Construct,
    own: Sequence[iam.PolicyStatement],
    *,
    repository_arns: Sequence[str],
    log_groups: Sequence[str],
    namespaces: Sequence[str],
    in_vpc: bool,
) -> iam.Role:
    """The role of a kind of container: what running and watching it takes, and its own rights.

    `namespaces` are those of its metrics in CloudWatch.
    """
    role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    statements = [
        *_pull_images(repository_arns),
        *_logs_and_metrics(scope, log_groups, namespaces),
        *own,
        *([_network_interfaces()] if in_vpc else []),
    ]
    for statement in statements:
        role.add_to_policy(statement)
    return role


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


def _pull_images(repository_arns: Sequence[str]) -> list[iam.PolicyStatement]:
    """What running containers of these repositories takes."""
    pull = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    ]
    # A login token is not restricted to a repository.
    return [allow(pull, repository_arns), allow(["ecr:GetAuthorizationToken"], ["*"])]


def _logs_and_metrics(
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


def _network_interfaces() -> iam.PolicyStatement:
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
