"""The state machine, its log and its role. workflow.asl.json is its only definition."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import ArnFormat, Aws, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.statements import allow, use_objects_under

DEFINITION = Path(__file__).parent / "workflow.asl.json"

# Rules that Step Functions manages to be notified when the jobs it waits for end.
MANAGED_RULES = (
    "StepFunctionsGetEventsForSageMakerTrainingJobsRule",
    "StepFunctionsGetEventsForSageMakerProcessingJobsRule",
)


class Workflow(Construct):
    """One execution per request."""

    state_machine: sfn.StateMachine

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Mapping[str, lambda_.Function],
        bucket: s3.IBucket,
        jobs_roles: Sequence[iam.IRole],
        capacity_wait_seconds: int,
        log_retention: logs.RetentionDays,
        bucket_kms_key_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._stack = Stack.of(self)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        for statement in [
            allow(
                ["lambda:InvokeFunction"],
                # All versions: executions in flight call those of earlier deployments.
                [f"{function.function_arn}:*" for function in functions.values()],
            ),
            *self._jobs(jobs_roles),
            *self._events(),
            allow(
                ["s3:GetObject", "s3:GetObjectVersion"],
                [bucket.arn_for_objects("runs/*/plan.json")],
            ),
            *use_objects_under(bucket_kms_key_arn),
        ]:
            role.add_to_policy(statement)
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_file(str(DEFINITION)),
            definition_substitutions={
                "Partition": Aws.PARTITION,
                "CapacityWaitSeconds": str(capacity_wait_seconds),
                **{
                    f"{state}Function": function.current_version.function_arn
                    for state, function in functions.items()
                },
            },
            role=role,
            tracing_enabled=True,
            logs=self._log(log_retention),
        )
        self._allow_the_map(role)

    def _log(self, retention: logs.RetentionDays) -> sfn.LogOptions:
        # As AWS recommends, this prefix keeps the log's resource policy within its size limit.
        group = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/aws/vendedlogs/states/{Aws.STACK_NAME}",
            retention=retention,
            removal_policy=RemovalPolicy.DESTROY,
        )
        return sfn.LogOptions(
            destination=group, level=sfn.LogLevel.ALL, include_execution_data=True
        )

    def _jobs(self, jobs_roles: Sequence[iam.IRole]) -> list[iam.PolicyStatement]:
        training = self._arn("sagemaker", "training-job/*")
        processing = self._arn("sagemaker", "processing-job/*")
        run = [
            ("Training", training),
            ("Processing", processing),
        ]
        of_jobs = [
            allow([f"sagemaker:{verb}{kind}Job" for verb in ("Create", "Describe", "Stop")], [arn])
            for kind, arn in run
        ]
        pass_role = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
        return [
            *of_jobs,
            allow(["sagemaker:AddTags", "sagemaker:ListTags"], [training, processing]),
            allow(["iam:PassRole"], [role.role_arn for role in jobs_roles], pass_role),
        ]

    def _events(self) -> list[iam.PolicyStatement]:
        rules = [self._arn("events", f"rule/{name}") for name in MANAGED_RULES]
        return [
            allow(["events:PutTargets", "events:PutRule", "events:DescribeRule"], rules),
            allow(["events:PutEvents"], [self._arn("events", "event-bus/default")]),
        ]

    def _allow_the_map(self, role: iam.Role) -> None:
        """Permit the Distributed Map to run its items as executions of the same state machine.

        This needs a separate policy: the role's default policy must exist before the state machine.
        """
        name = self.state_machine.state_machine_name
        iam.Policy(
            self,
            "MapPolicy",
            roles=[role],
            statements=[
                allow(["states:StartExecution"], [self.state_machine.state_machine_arn]),
                allow(
                    [
                        "states:DescribeExecution",
                        "states:StopExecution",
                        "states:RedriveExecution",
                    ],
                    [self._execution_arn(f"{name}:*"), self._execution_arn(f"{name}/*:*")],
                ),
            ],
        )

    def _arn(self, service: str, resource: str) -> str:
        kind, name = resource.split("/", 1)
        return self._stack.format_arn(service=service, resource=kind, resource_name=name)

    def _execution_arn(self, pattern: str) -> str:
        return self._stack.format_arn(
            service="states",
            resource="execution",
            resource_name=pattern,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
