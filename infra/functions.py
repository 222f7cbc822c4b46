"""The Lambda functions of the state machine: a handler, a log group and a role each."""

from collections.abc import Callable, Mapping
from pathlib import Path

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.bundle import COMMON, COMPARE, PYTHON_VERSION, BundleContent

# Timeouts in seconds, memory in MB. PlanTraining and Compare go through up to 10,000 jobs, and
# Compare resamples their predictions; with its memory Lambda gives it two whole processors.
# ReadRequest may wait 48 seconds in vain for the price list.
SHAPES = {
    "ReadRequest": ("lambdas.read_request.handler", 120, 512),
    "PlanTraining": ("lambdas.plan_training.handler", 900, 1024),
    "RecordResult": ("lambdas.record_result.handler", 120, 1024),
    "Compare": ("lambdas.compare.handler", 900, 4096),
    "RecordFailure": ("lambdas.record_failure.handler", 60, 512),
}

_BUNDLES = {"Compare": COMPARE}


class Functions(Construct):
    """`by_state` holds the function of each Lambda state, by the state's name."""

    by_state: dict[str, lambda_.Function]

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bundle: Callable[[BundleContent], Path],
        architecture: str,
        environment: Mapping[str, str],
        log_retention: logs.RetentionDays,
    ) -> None:
        super().__init__(scope, construct_id)
        code = {
            content: lambda_.Code.from_asset(str(bundle(content)))
            for content in (COMMON, *_BUNDLES.values())
        }
        self.by_state = {
            state: self._function(
                state, code[_BUNDLES.get(state, COMMON)], architecture, environment, log_retention
            )
            for state in SHAPES
        }

    def grant(self, state: str, statements: list[iam.PolicyStatement]) -> None:
        """Allows the state's function, and no other, what `statements` say."""
        for statement in statements:
            self.by_state[state].add_to_role_policy(statement)

    def _function(
        self,
        state: str,
        code: lambda_.AssetCode,
        architecture: str,
        environment: Mapping[str, str],
        log_retention: logs.RetentionDays,
    ) -> lambda_.Function:
        handler, timeout_seconds, memory_mb = SHAPES[state]
        log_group = logs.LogGroup(
            self, f"{state}Log", retention=log_retention, removal_policy=RemovalPolicy.DESTROY
        )
        role = iam.Role(
            self, f"{state}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
        )
        # Not AWSLambdaBasicExecutionRole, which may write to every log group of the account.
        log_group.grant_write(role)
        return lambda_.Function(
            self,
            state,
            code=code,
            handler=handler,
            role=role,
            runtime=lambda_.Runtime(f"python{PYTHON_VERSION}", lambda_.RuntimeFamily.PYTHON),
            architecture=lambda_.Architecture.ARM_64
            if architecture == "arm64"
            else lambda_.Architecture.X86_64,
            timeout=Duration.seconds(timeout_seconds),
            memory_size=memory_mb,
            environment=dict(environment),
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE,
        )
