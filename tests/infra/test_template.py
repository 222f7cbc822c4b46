import importlib
import json

import pytest

from bakeoff.settings import (
    ComputeSettings,
    EndpointSettings,
    PredictionSettings,
    ServiceSettings,
)
from infra.functions import SHAPES
from tests.infra.conftest import readable
from tests.infra.policy_statements import EVERYTHING

FUNCTION = "AWS::Lambda::Function"


def properties(template, kind):
    return [r["Properties"] for r in template["Resources"].values() if r["Type"] == kind]


def only(resources):
    (properties,) = resources.values()
    return properties


def test_the_stack_has_these_resources_and_no_custom_ones(template):
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    # The command line adds the CDK's own metadata, which a library call does not.
    assert kinds - {"AWS::CDK::Metadata"} == {
        "AWS::CloudWatch::Alarm",
        "AWS::Events::Rule",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::Function",
        "AWS::Lambda::Permission",
        "AWS::Lambda::Version",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::SQS::Queue",
        "AWS::SQS::QueuePolicy",
        "AWS::StepFunctions::StateMachine",
    }


def test_the_bucket_is_private_versioned_encrypted_and_outlives_the_stack(template, of_type):
    (resource,) = (r for r in template["Resources"].values() if r["Type"] == "AWS::S3::Bucket")
    # A first deployment that fails and rolls back leaves nothing behind.
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"
    bucket = resource["Properties"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption[0]["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    events = bucket["NotificationConfiguration"]["EventBridgeConfiguration"]
    assert events == {"EventBridgeEnabled": True}
    policy = json.dumps(only(of_type("AWS::S3::BucketPolicy")))
    assert '"aws:SecureTransport": "false"' in policy


def test_run_data_expires_and_results_do_not(with_other_settings):
    (bucket,) = properties(with_other_settings, "AWS::S3::Bucket")
    rules = bucket["LifecycleConfiguration"]["Rules"]
    expiring = {r["Prefix"]: r["ExpirationInDays"] for r in rules if "ExpirationInDays" in r}
    assert expiring == {"runs/": 5, "uploads/": 5, "cache/": 5, "waiting/": 1}


def test_exactly_json_files_under_requests_start_the_state_machine(of_type):
    rules = of_type("AWS::Events::Rule")
    (rule,) = (r for r in rules.values() if r["EventPattern"]["source"] == ["aws.s3"])
    assert rule["EventPattern"]["detail-type"] == ["Object Created"]
    assert rule["EventPattern"]["detail"]["object"]["key"] == [{"wildcard": "requests/*.json"}]
    assert readable(rule["EventPattern"]["detail"]["bucket"]["name"]).startswith("<StorageBucket")
    assert readable(rule["Targets"][0]["Arn"]).startswith("<WorkflowStateMachine")


def test_ends_that_no_catch_sees_reach_record_failure(of_type):
    rules = of_type("AWS::Events::Rule")
    (rule,) = (r for r in rules.values() if r["EventPattern"]["source"] == ["aws.states"])
    assert rule["EventPattern"]["detail"]["status"] == ["FAILED", "TIMED_OUT", "ABORTED"]
    machine = readable(rule["EventPattern"]["detail"]["stateMachineArn"])
    assert machine.startswith("<WorkflowStateMachine")
    assert readable(rule["Targets"][0]["Arn"]).startswith("<FunctionsRecordFailure")


def test_undelivered_events_wait_in_an_encrypted_queue_and_raise_an_alarm(of_type):
    queue = only(of_type("AWS::SQS::Queue"))
    assert queue["SqsManagedSseEnabled"] is True
    for rule in of_type("AWS::Events::Rule").values():
        assert "UndeliveredEvents" in readable(rule["Targets"][0]["DeadLetterConfig"]["Arn"])
        assert rule["Targets"][0]["RetryPolicy"]["MaximumRetryAttempts"] > 0
    alarm = only(of_type("AWS::CloudWatch::Alarm"))
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarm["Threshold"] == 1


def test_an_address_for_alarms_is_subscribed(with_other_settings):
    (subscription,) = properties(with_other_settings, "AWS::SNS::Subscription")
    assert subscription["Endpoint"] == "someone@example.com"
    (alarm,) = properties(with_other_settings, "AWS::CloudWatch::Alarm")
    assert alarm["AlarmActions"]


def test_alarms_may_publish_to_their_topic(with_other_settings):
    """A topic's own policy replaces the default one, which lets the account's alarms publish."""
    (policy,) = properties(with_other_settings, "AWS::SNS::TopicPolicy")
    statements = policy["PolicyDocument"]["Statement"]
    (allowed,) = (statement for statement in statements if statement["Effect"] == "Allow")
    assert allowed["Action"] == "sns:Publish"
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


def test_a_failure_that_record_failure_cannot_record_waits_in_the_queue_too(of_type):
    """EventBridge calls it asynchronously, so Lambda drops the event when its own retries fail."""
    config = only(of_type("AWS::Lambda::EventInvokeConfig"))
    assert readable(config["FunctionName"]).startswith("<FunctionsRecordFailure")
    destination = config["DestinationConfig"]["OnFailure"]["Destination"]
    assert readable(destination).startswith("<TriggersUndeliveredEvents")


def test_the_state_machine_is_logged_in_full_and_traced(of_type):
    machine = only(of_type("AWS::StepFunctions::StateMachine"))
    assert machine["TracingConfiguration"] == {"Enabled": True}
    logging = machine["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", True)
    assert machine.get("StateMachineType", "STANDARD") == "STANDARD"


def test_every_log_group_is_kept_for_a_while_only(with_other_settings):
    groups = properties(with_other_settings, "AWS::Logs::LogGroup")
    assert len(groups) == len(SHAPES) + 1
    assert {group["RetentionInDays"] for group in groups} == {14}


def test_each_function_has_its_handler_its_own_role_and_its_own_log(of_type):
    functions = of_type("AWS::Lambda::Function").values()
    assert {f["Handler"] for f in functions} == {handler for handler, _, _ in SHAPES.values()}
    assert {f["Runtime"] for f in functions} == {"python3.13"}
    assert {f["TracingConfig"]["Mode"] for f in functions} == {"Active"}
    assert len({readable(f["Role"]) for f in functions}) == len(SHAPES)
    assert len({readable(f["LoggingConfig"]["LogGroup"]) for f in functions}) == len(SHAPES)


def test_the_environment_is_what_the_functions_read(of_type):
    for function in of_type("AWS::Lambda::Function").values():
        variables = function["Environment"]["Variables"]
        text = {name: readable(value) for name, value in variables.items()}
        # Lambda itself sets the region.
        settings = ServiceSettings.from_environment(text | {"AWS_REGION": "eu-central-1"})
        assert set(variables) == {name.upper() for name in ServiceSettings.model_fields} - {
            "AWS_REGION"
        }
        assert settings.training_instance_type == "ml.g5.xlarge"
        assert settings.baseline_instance_type == "ml.m5.xlarge"
        assert settings.run_retention_days == 90
        assert settings.use_spot is True
        assert settings.allow_remote_code is False


def test_settings_reach_the_functions(with_other_settings):
    functions = properties(with_other_settings, FUNCTION)
    assert functions
    for function in functions:
        variables = function["Environment"]["Variables"]
        assert variables["MAX_PARALLEL_JOBS"] == "7"
        assert variables["USE_SPOT"] == "false"
        assert variables["BASELINE_INSTANCE_TYPE"] == "ml.c5.xlarge"
        assert variables["RUN_RETENTION_DAYS"] == "5"
        assert variables["SUBNET_IDS"] == "subnet-1,subnet-2"


def test_the_command_line_finds_what_it_needs_in_the_outputs(template):
    assert set(template["Outputs"]) == {
        "BucketName",
        "StateMachineArn",
        "ComputeSettings",
        "RunRetentionDays",
        "CompareFunctionArn",
        "EndpointSettings",
        "PredictionSettings",
    }
    compare = template["Outputs"]["CompareFunctionArn"]["Value"]
    assert readable(compare).startswith("<FunctionsCompare")
    assert template["Outputs"]["RunRetentionDays"]["Value"] == "90"
    compute = json.loads(template["Outputs"]["ComputeSettings"]["Value"])
    assert ComputeSettings.model_validate(compute).training_instance_type == "ml.g5.xlarge"


@pytest.mark.parametrize("function", sorted(SHAPES))
def test_each_lambda_state_has_its_function(template, definition, function):
    machine = next(
        r for r in template["Resources"].values() if r["Type"] == "AWS::StepFunctions::StateMachine"
    )
    substitutions = machine["Properties"]["DefinitionSubstitutions"]
    assert readable(substitutions[f"{function}Function"]).startswith(f"<Functions{function}")


def test_every_handler_exists():
    for handler, *_ in SHAPES.values():
        module, _, function = handler.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))


def test_compare_has_the_memory_that_new_accounts_allow_or_what_the_setting_says(
    of_type, with_everything
):
    by_default = {f["Handler"]: f["MemorySize"] for f in of_type(FUNCTION).values()}
    assert max(by_default.values()) == by_default["lambdas.compare.handler"] == 3008
    changed = {f["Handler"]: f["MemorySize"] for f in properties(with_everything, FUNCTION)}
    assert changed == by_default | {"lambdas.compare.handler": 4096}


def test_the_bucket_has_the_deployments_own_key(with_everything):
    (bucket,) = properties(with_everything, "AWS::S3::Bucket")
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["BucketKeyEnabled"] is True
    assert rule["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": EVERYTHING["kms"]["bucket"],
    }


def test_the_boundary_bounds_every_role(with_everything):
    roles = properties(with_everything, "AWS::IAM::Role")
    boundary = EVERYTHING["permissions_boundary_arn"]
    assert {role["PermissionsBoundary"] for role in roles} == {boundary}


def test_both_ends_of_a_run_are_told_by_mail_and_to_the_topic_with_the_verdict(with_everything):
    rules = [
        rule
        for rule in properties(with_everything, "AWS::Events::Rule")
        if rule["EventPattern"]["source"] == ["bakeoff"]
    ]
    messages = {
        rule["EventPattern"]["detail-type"][0]: readable(
            rule["Targets"][0]["InputTransformer"]["InputTemplate"]
        )
        for rule in rules
    }
    assert set(messages) == {"Comparison Completed", "Comparison Failed"}
    assert "<detail-verdict>" in messages["Comparison Completed"]
    assert "<detail-cause>" in messages["Comparison Failed"]
    for rule in rules:
        assert len(rule["Targets"]) == 2
        assert rule["Targets"][1]["Arn"] == EVERYTHING["notifications"]["topic_arn"]
        # Another deployment in the account sends its events to the same bus.
        assert "execution_arn" in rule["EventPattern"]["detail"]


def test_nobody_is_told_unless_somebody_is_named(of_type):
    sources = [rule["EventPattern"]["source"] for rule in of_type("AWS::Events::Rule").values()]
    assert ["bakeoff"] not in sources


def test_executions_keep_to_the_function_versions_that_they_started_with(template, of_type):
    (machine,) = of_type("AWS::StepFunctions::StateMachine").values()
    substitutions = machine["DefinitionSubstitutions"]
    functions = {name: value for name, value in substitutions.items() if name.endswith("Function")}
    assert set(functions) == {f"{state}Function" for state in SHAPES}
    for value in functions.values():
        version = template["Resources"][value["Ref"]]
        assert version["Type"] == "AWS::Lambda::Version"
        # The next deployment has another version and must leave this one to those that call it.
        assert (version["DeletionPolicy"], version["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_command_line_finds_what_endpoints_are_made_of(template, with_everything):
    default = readable(template["Outputs"]["EndpointSettings"]["Value"])
    everything = readable(with_everything["Outputs"]["EndpointSettings"]["Value"])

    settings = EndpointSettings.model_validate_json(default)
    assert settings.role_arn.startswith("<EndpointRole")
    assert "-cpu-" in settings.cpu_image
    assert "-gpu-" in settings.gpu_image
    assert settings.vpc_config is None
    assert EndpointSettings.model_validate_json(everything).subnet_ids == ("subnet-1",)
    predictions = readable(with_everything["Outputs"]["PredictionSettings"]["Value"])
    assert PredictionSettings.model_validate_json(predictions).vpc_config is not None
