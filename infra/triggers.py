"""The EventBridge rules: one starts executions, one records failures that no Catch handles."""

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

# EventBridge ORs a prefix and a suffix, and that would match our own results.
REQUEST_KEYS = "requests/*.json"
ENDED_BADLY = ["FAILED", "TIMED_OUT", "ABORTED"]

RETRY_ATTEMPTS = 8
MAX_EVENT_AGE = Duration.hours(2)


class Triggers(Construct):
    """Two rules; undelivered events go to a queue with an alarm."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket,
        state_machine: sfn.IStateMachine,
        record_failure: lambda_.IFunction,
        alarm_email: str,
    ) -> None:
        super().__init__(scope, construct_id)
        queue = sqs.Queue(
            self,
            "UndeliveredEvents",
            enforce_ssl=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            retention_period=Duration.days(14),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._start_executions(bucket, state_machine, queue)
        self._record_failures(state_machine, record_failure, queue)
        self._raise_alarm(queue, alarm_email)

    def _start_executions(
        self, bucket: s3.IBucket, state_machine: sfn.IStateMachine, queue: sqs.IQueue
    ) -> None:
        events.Rule(
            self,
            "RequestCreated",
            description="A request was put into the bucket.",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [bucket.bucket_name]},
                    "object": {"key": events.Match.wildcard(REQUEST_KEYS)},
                },
            ),
            targets=[
                targets.SfnStateMachine(
                    state_machine,
                    dead_letter_queue=queue,
                    retry_attempts=RETRY_ATTEMPTS,
                    max_event_age=MAX_EVENT_AGE,
                )
            ],
        )

    def _record_failures(
        self,
        state_machine: sfn.IStateMachine,
        record_failure: lambda_.IFunction,
        queue: sqs.IQueue,
    ) -> None:
        events.Rule(
            self,
            "ExecutionEndedBadly",
            description="A timeout, an abort, or an error that no Catch handles.",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "stateMachineArn": [state_machine.state_machine_arn],
                    "status": ENDED_BADLY,
                },
            ),
            targets=[
                targets.LambdaFunction(
                    record_failure,
                    dead_letter_queue=queue,
                    retry_attempts=RETRY_ATTEMPTS,
                    max_event_age=MAX_EVENT_AGE,
                )
            ],
        )
        # The rule's queue gets no event that Lambda has accepted; this one covers later errors.
        record_failure.configure_async_invoke(on_failure=destinations.SqsDestination(queue))

    def _raise_alarm(self, queue: sqs.Queue, alarm_email: str) -> None:
        alarm = cloudwatch.Alarm(
            self,
            "EventsUndelivered",
            alarm_description="A request started nothing, or a failure was not recorded.",
            metric=queue.metric_approximate_number_of_messages_visible(
                period=Duration.minutes(1), statistic="Maximum"
            ),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if alarm_email:
            topic = sns.Topic(self, "Alarms", enforce_ssl=True)
            # The topic's own policy replaces the default one, which would allow alarms to publish.
            topic.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=["sns:Publish"],
                    principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                    resources=[topic.topic_arn],
                    conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
                )
            )
            topic.add_subscription(subscriptions.EmailSubscription(alarm_email))
            alarm.add_alarm_action(actions.SnsAction(topic))
