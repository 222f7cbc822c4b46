"""The one bucket: requests in, runs and the cache in between, results out."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

NONCURRENT_DAYS = 30
INCOMPLETE_UPLOAD_DAYS = 7
WAITING_DAYS = 1


class Storage(Construct):
    """A private, versioned, encrypted bucket that outlives the stack and notifies EventBridge.

    Only a first deployment that fails takes it along, because it is then still empty.
    """

    bucket: s3.Bucket

    def __init__(
        self, scope: Construct, construct_id: str, *, run_retention_days: int, kms_key_arn: str
    ) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key.from_key_arn(self, "Key", kms_key_arn) if kms_key_arn else None
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            versioned=True,
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key,
            # One data key for many objects: KMS charges for each call.
            bucket_key_enabled=True if key else None,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            lifecycle_rules=_lifecycle_rules(run_retention_days),
        )
        self._send_events_to_eventbridge()

    def _send_events_to_eventbridge(self) -> None:
        # The L2 property would add a custom resource with a Lambda of its own.
        bucket = self.bucket.node.default_child
        assert isinstance(bucket, s3.CfnBucket)
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )


def _lifecycle_rules(run_retention_days: int) -> list[s3.LifecycleRule]:
    """Rules that keep requests, results and throughput/ (which estimates read) for ever."""
    return [
        s3.LifecycleRule(
            id="ExpireRuns", prefix="runs/", expiration=Duration.days(run_retention_days)
        ),
        s3.LifecycleRule(
            id="ExpireUploads", prefix="uploads/", expiration=Duration.days(run_retention_days)
        ),
        s3.LifecycleRule(
            id="ExpireCache", prefix="cache/", expiration=Duration.days(run_retention_days)
        ),
        s3.LifecycleRule(
            id="ExpireWaiting", prefix="waiting/", expiration=Duration.days(WAITING_DAYS)
        ),
        s3.LifecycleRule(
            id="CleanUp",
            noncurrent_version_expiration=Duration.days(NONCURRENT_DAYS),
            abort_incomplete_multipart_upload_after=Duration.days(INCOMPLETE_UPLOAD_DAYS),
            expired_object_delete_marker=True,
        ),
    ]
