"""A message at the end of every run: by mail, or to a topic that exists already."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.setting_groups import Notifications

SOURCE = "bakeoff"


class Notices(Construct):
    """A rule for each way to end; none if nobody is to be told."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket,
        state_machine: sfn.IStateMachine,
        notifications: Notifications,
    ) -> None:
        super().__init__(scope, construct_id)
        topics = self._topics(notifications)
        detail = events.EventField.from_path
        name, run = detail("$.detail.name"), detail("$.detail.run")
        files = f"Results: s3://{bucket.bucket_name}/results/{name}/runs/{run}/"
        messages = {
            "Comparison Completed": f"{name}: {detail('$.detail.verdict')} {files}",
            "Comparison Failed": f"{name}: no comparison. {detail('$.detail.cause')} {files}",
        }
        for detail_type, message in messages.items() if topics else ():
            events.Rule(
                self,
                detail_type.replace(" ", ""),
                description="Tells people that a run has ended.",
                event_pattern=events.EventPattern(
                    source=[SOURCE],
                    detail_type=[detail_type],
                    # Deployments in one account share the bus.
                    detail={"execution_arn": events.Match.prefix(self._executions(state_machine))},
                ),
                targets=[
                    targets.SnsTopic(topic, message=events.RuleTargetInput.from_text(message))
                    for topic in topics
                ],
            )

    def _topics(self, notifications: Notifications) -> list[sns.ITopic]:
        topics: list[sns.ITopic] = []
        if notifications.email:
            topic = sns.Topic(self, "Ended", enforce_ssl=True)
            topic.add_subscription(subscriptions.EmailSubscription(notifications.email))
            topics.append(topic)
        if notifications.topic_arn:
            topics.append(sns.Topic.from_topic_arn(self, "Topic", notifications.topic_arn))
        return topics

    def _executions(self, state_machine: sfn.IStateMachine) -> str:
        name = (
            Stack.of(self)
            .split_arn(state_machine.state_machine_arn, ArnFormat.COLON_RESOURCE_NAME)
            .resource_name
        )
        return Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{name}:",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
