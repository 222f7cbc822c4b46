"""Checks the app against cdk-nag's AwsSolutions rules, and explains the exceptions."""

from collections.abc import Sequence

from aws_cdk import Acknowledgment, App, Stack, Validations
from cdk_nag import AwsSolutionsChecks

from infra.bedrock_rights import profile_models
from infra.endpoint_role import KEPT_MODELS
from infra.endpoint_role import LOG_GROUPS as ENDPOINT_LOG_GROUPS
from infra.jobs_role import LOG_GROUPS
from infra.prediction_role import ANSWERS
from infra.stack import BakeoffStack

_WILDCARD_RESOURCE = "AwsSolutions-IAM5[Resource::{}]"

REASONS = {
    "AwsSolutions-S1": (
        "Access logs would need a second bucket; CloudTrail data events show who reads the data."
    ),
    "AwsSolutions-SQS3": "This queue is itself the dead-letter queue of both rules.",
    "AwsSolutions-L1": (
        "Python 3.13 is supported until 2029, and a test checks that every wheel of the bundle is "
        "built for it."
    ),
}
UNTIED = (
    "AWS supports no resource for these actions: ecr:GetAuthorizationToken, pricing:GetProducts, "
    "X-Ray's, log delivery's, cloudwatch:PutMetricData (limited to SageMaker's namespaces) and a "
    "VPC's network interfaces."
)
PER_RUN = "Runs and results are named after the deployment; each pattern is one kind of object."
OBJECTS = (
    ANSWERS,
    "cache/*",
    "cache/*/slices.json.gz",
    "cache/*/test_texts.jsonl.gz",
    "requests/*",
    "results/*",
    "results/*/data.json",
    "results/*/error.json",
    "results/*/report.html",
    "results/*/run.json",
    "results/*/runs/*",
    KEPT_MODELS,
    "runs/*",
    "runs/*/checkpoints/*",
    "runs/*/claim.json",
    "runs/*/code/*",
    "runs/*/configs/*",
    "runs/*/cost.json",
    "runs/*/outcome.json",
    "runs/*/output/*",
    "runs/*/plan.json",
    "runs/*/predictions/*",
    "runs/*/prepared/*",
    "runs/*/prepared/data.json",
    "runs/*/prepared/manifest.json",
    "runs/*/request.json",
    "runs/*/results/*",
    "runs/*/search.json",
    "throughput/*",
    "uploads/*",
    "waiting/*",
)
PER_JOB = "Jobs, experiments and packages are named after the request that starts them."
SAGEMAKER = (
    "experiment/*",
    "experiment-trial/*",
    "model-package-group/bakeoff-*",
    "model-package/bakeoff-*/*",
    "processing-job/*",
    "training-job/*",
)
PER_EXECUTION = "The executions of this one state machine, and those of its Distributed Map."
PER_VERSION = "Executions in flight call the versions of earlier deployments."
LOG_STREAMS = "The streams of SageMaker's log groups; each endpoint has a group of its own."
OTHER_REGIONS = "An inference profile chooses the region; the right holds through it alone."
OTHER_BUCKETS = "Buckets that the operator has named to read from or to write answers to."


def check(
    app: App,
    stack: BakeoffStack,
    other_buckets: tuple[str, ...],
    bedrock_ids: Sequence[str] = (),
) -> None:
    """Make the synthesis of `app` fail on every finding that is not explained here."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    reasons = REASONS | {
        _WILDCARD_RESOURCE.format(resource): reason
        for resource, reason in _wildcards(stack, other_buckets, bedrock_ids).items()
    }
    Validations.of(stack).acknowledge(
        *(Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items())
    )


def _wildcards(
    stack: BakeoffStack, other_buckets: tuple[str, ...], bedrock_ids: Sequence[str]
) -> dict[str, str]:
    """The reason for each resource with a wildcard, keyed by cdk-nag's notation of the resource."""
    bucket = _logical_id(stack, stack.storage.bucket.node.default_child)
    machine = _logical_id(stack, stack.workflow.state_machine.node.default_child)
    functions = [
        _logical_id(stack, function.node.default_child)
        for function in stack.functions.by_state.values()
    ]
    account = "<AWS::Region>:<AWS::AccountId>"
    executions = f"arn:<AWS::Partition>:states:{account}:execution:<{machine}.Name>"
    return {
        "*": UNTIED,
        **{f"<{bucket}.Arn>/{pattern}": PER_RUN for pattern in OBJECTS},
        **{f"arn:<AWS::Partition>:sagemaker:{account}:{kind}": PER_JOB for kind in SAGEMAKER},
        **{f"{executions}{suffix}": PER_EXECUTION for suffix in (":*", "/*:*")},
        **{f"<{name}.Arn>:*": PER_VERSION for name in functions},
        **{
            f"arn:<AWS::Partition>:logs:{account}:log-group:{group}:*": LOG_STREAMS
            for group in (*LOG_GROUPS, *ENDPOINT_LOG_GROUPS)
        },
        **{f"arn:<AWS::Partition>:s3:::{name}/*": OTHER_BUCKETS for name in other_buckets},
        **{
            f"arn:<AWS::Partition>:bedrock:*::foundation-model/{model}": OTHER_REGIONS
            for model in profile_models(bedrock_ids)
        },
    }


def _logical_id(stack: Stack, child: object) -> str:
    return str(stack.resolve(stack.get_logical_id(child)))  # type: ignore[arg-type]
