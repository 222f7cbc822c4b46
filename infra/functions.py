"""The Lambda functions of the state machine, each with a handler, a log group and a role."""

from collections.abc import Callable, Mapping
from pathlib import Path

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.bundle import COMMON, COMPARE, SEARCH, BundleContent
from infra.wheels import PYTHON_VERSION

# Handler, timeout in seconds, memory in MB. PlanWave and Compare process up to 10,000 jobs, and
# Compare resamples their predictions, so its memory is a setting.
# ReadRequest may wait up to 48 seconds for the price list before it gives up. SearchModels reads
# some megabytes from the hub.
SHAPES = {
    "ReadRequest": ("lambdas.read_request.handler", 120, 512),
    "SearchModels": ("lambdas.search_models.handler", 300, 1024),
    "TakeTurn": ("lambdas.take_turn.handler", 60, 512),
    "PlanWave": ("lambdas.plan_wave.handler", 900, 1024),
    "RecordResult": ("lambdas.record_result.handler", 120, 1024),
    "Compare": ("lambdas.compare.handler", 900, 3008),
    "RecordFailure": ("lambdas.record_failure.handler", 60, 512),
}

_BUNDLES = {"Compare": COMPARE, "SearchModels": SEARCH}


class Functions(Construct):
    """`by_state` maps the name of each Lambda state to its function."""

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
        memory_mb: Mapping[str, int],
    ) -> None:
        """`memory_mb` replaces the memory of some functions, by their states."""
        super().__init__(scope, construct_id)
        self._memory_mb = memory_mb
        bundles = {content: bundle(content) for content in (COMMON, *_BUNDLES.values())}
        code = {
            # Two versions of zlib may compress the same files to other bytes. The name follows from
            # the files alone, and so does then what has to be deployed again.
            content: lambda_.Code.from_asset(str(archive), asset_hash=archive.stem)
            for content, archive in bundles.items()
        }
        self.by_state = {
            state: self._function(
                state, code[_BUNDLES.get(state, COMMON)], architecture, environment, log_retention
            )
            for state in SHAPES
        }

    def grant(self, state: str, statements: list[iam.PolicyStatement]) -> None:
        """Grant `statements` to the state's function and to no other."""
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
        handler, timeout_seconds, usual_memory_mb = SHAPES[state]
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
            memory_size=self._memory_mb.get(state, usual_memory_mb),
            environment=dict(environment),
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE,
            # An execution calls the versions that were current when it started, also after the
            # next deployment.
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
        )
