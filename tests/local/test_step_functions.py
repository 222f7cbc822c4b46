"""The emulator's Step Functions with our integrations and shims."""

import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from bakeoff.jobs.plan_item import PlanItem
from tests.local.conftest import MAX_JOBS
from tests.support.local_jobs import (
    BUCKET,
    put_code,
    training_request,
    wait_for_phase,
    wait_for_training,
)
from tests.support.workflow_run import definition_text

TRAIN = "arn:aws:states:::sagemaker:createTrainingJob.sync"
SLEEP = "import time; time.sleep(600)"
_WAIT_SECONDS = 60
LIMITS = {
    name: field.default for name, field in PlanItem.model_fields.items() if name.startswith("max_")
}


@pytest.fixture
def states(aws: Callable[[str], Any]) -> Any:
    return aws("stepfunctions")


def start(states: Any, name: str, definition: dict[str, Any], content: Any) -> str:
    """Create a machine and start it; returns the execution's ARN."""
    machine = states.create_state_machine(
        name=name,
        definition=json.dumps(definition),
        roleArn="arn:aws:iam::123456789012:role/states",
    )
    return str(
        states.start_execution(
            stateMachineArn=machine["stateMachineArn"], input=json.dumps(content)
        )["executionArn"]
    )


def wait_for(states: Any, execution: str) -> Any:
    """The execution's description once it has ended."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while (described := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert time.monotonic() < deadline, "the execution does not end"
        time.sleep(0.1)
    return described


def train_state(**changes: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": TRAIN,
        "Arguments": "{% $states.input %}",
        "End": True,
        **changes,
    }


def machine(**changes: Any) -> dict[str, Any]:
    return {"StartAt": "Train", "States": {"Train": train_state(**changes)}}


def map_over(key: str, processor: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A machine of one Distributed Map over the items in an object of the bucket."""
    each = {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": BUCKET, "Key": key},
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            **processor,
        },
        "End": True,
        **changes,
    }
    return {"StartAt": "Each", "States": {"Each": each}}


def histories_of_children(states: Any, execution: str) -> list[list[dict[str, Any]]]:
    (run,) = states.list_map_runs(executionArn=execution)["mapRuns"]
    children = states.list_executions(mapRunArn=run["mapRunArn"])["executions"]
    return [
        states.get_execution_history(executionArn=child["executionArn"])["events"]
        for child in children
    ]


def test_the_task_ends_with_the_job_and_its_description(states: Any, s3: Any) -> None:
    request = training_request("sync", put_code(s3, "sync", "pass"))

    described = wait_for(states, start(states, "sync", machine(), request))

    assert described["status"] == "SUCCEEDED"
    output = json.loads(described["output"])
    assert output["TrainingJobStatus"] == "Completed"
    assert isinstance(output["TrainingEndTime"], int)


def test_a_failed_job_fails_the_task_with_the_description_as_cause(states: Any, s3: Any) -> None:
    request = training_request("sync-fails", put_code(s3, "sync-fails", "raise SystemExit(1)"))

    described = wait_for(states, start(states, "sync-fails", machine(), request))

    assert (described["status"], described["error"]) == ("FAILED", "States.TaskFailed")
    assert json.loads(described["cause"])["FailureReason"].startswith("AlgorithmError")


def test_errors_of_the_api_have_the_names_that_step_functions_gives_them(
    states: Any, s3: Any, sagemaker: Any
) -> None:
    names = [f"hog-{number}" for number in range(MAX_JOBS)]
    for name in names:
        sagemaker.create_training_job(**training_request(name, put_code(s3, name, SLEEP)))
    request = training_request("over-quota", put_code(s3, "over-quota", "pass"))

    described = wait_for(states, start(states, "over-quota", machine(), request))

    assert described["error"] == "SageMaker.ResourceLimitExceededException"
    assert f"is {MAX_JOBS} Instances, with current utilization" in described["cause"]
    for name in names:
        sagemaker.stop_training_job(TrainingJobName=name)
        wait_for_training(sagemaker, name)


def test_a_malformed_request_is_a_general_sagemaker_error(states: Any, s3: Any) -> None:
    request = training_request("bad_name", put_code(s3, "bad-name", "pass"))

    described = wait_for(states, start(states, "malformed", machine(), request))

    assert described["error"] == "SageMaker.AmazonSageMakerException"
    assert "regular expression pattern" in described["cause"]


def test_stopping_the_execution_stops_the_job(states: Any, s3: Any, sagemaker: Any) -> None:
    request = training_request("abandoned", put_code(s3, "abandoned", SLEEP))
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    definition = machine(Catch=catch)
    definition["States"]["Caught"] = {"Type": "Succeed"}
    execution = start(states, "abandoned", definition, request)
    wait_for_phase(sagemaker, "abandoned", "Training")

    states.stop_execution(executionArn=execution)

    assert wait_for_training(sagemaker, "abandoned")["TrainingJobStatus"] == "Stopped"
    assert states.describe_execution(executionArn=execution)["status"] == "ABORTED"


def test_a_map_runs_as_many_jobs_as_its_concurrency_path_allows(states: Any, s3: Any) -> None:
    code = put_code(s3, "in-turn", "import time; time.sleep(1)")
    requests = [training_request(f"in-turn-{number}", code) for number in range(MAX_JOBS + 1)]
    s3.put_object(Bucket=BUCKET, Key="in-turn/plan.json", Body=json.dumps(requests).encode())
    definition = map_over("in-turn/plan.json", machine(), MaxConcurrencyPath="$.at_once")

    described = wait_for(states, start(states, "in-turn", definition, {"at_once": 1}))

    # With more than one at once, the last job would have met the quota.
    assert described["status"] == "SUCCEEDED"
    ends = [json.loads(described["output"])[number] for number in range(MAX_JOBS + 1)]
    for earlier, later in itertools.pairwise(ends):
        assert earlier["TrainingEndTime"] <= later["CreationTime"]


def test_the_history_of_a_maps_child_has_its_states_with_input_and_output(
    states: Any, s3: Any
) -> None:
    s3.put_object(Bucket=BUCKET, Key="told/plan.json", Body=b'[{"number": 1}]')
    child = {
        "StartAt": "Add",
        "States": {
            "Add": {
                "Type": "Pass",
                "QueryLanguage": "JSONata",
                "Output": "{% {'number': $states.input.number + 1} %}",
                "Next": "Choose",
            },
            "Choose": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.number", "NumericEquals": 2, "Next": "Done"}],
            },
            "Done": {"Type": "Pass", "End": True},
        },
    }
    execution = start(states, "told", map_over("told/plan.json", child), {})
    wait_for(states, execution)

    (events,) = histories_of_children(states, execution)

    entered = [each["stateEnteredEventDetails"] for each in events if "Entered" in each["type"]]
    assert [each["name"] for each in entered] == ["Add", "Choose", "Done"]
    assert [json.loads(each["input"])["number"] for each in entered] == [1, 2, 2]
    assert [events[0]["type"], events[-1]["type"]] == ["ExecutionStarted", "ExecutionSucceeded"]
    assert len(events) == 2 + 2 * 3


def test_the_history_of_a_child_that_fails_ends_with_the_reason(states: Any, s3: Any) -> None:
    request = training_request("bad_name", put_code(s3, "failing", "pass"))
    s3.put_object(Bucket=BUCKET, Key="failing/plan.json", Body=json.dumps([request]).encode())
    definition = map_over("failing/plan.json", machine(), ToleratedFailurePercentage=100)
    execution = start(states, "failing", definition, {})
    wait_for(states, execution)

    (events,) = histories_of_children(states, execution)

    failure = events[-1]["executionFailedEventDetails"]
    assert failure["error"] == "SageMaker.AmazonSageMakerException"
    assert failure["cause"]


def test_the_workflow_follows_a_job_that_is_there_already(
    states: Any, s3: Any, sagemaker: Any
) -> None:
    """As after a call that created the job and was answered with an error."""
    child = json.loads(definition_text())["States"]["TrainCandidates"]["ItemProcessor"]
    child["States"]["FirstAttempt"]["Next"] = "Name"
    child["States"]["RecordResult"] = {"Type": "Succeed"}
    child["States"]["WaitForJob"]["Seconds"] = 1
    request = training_request("there-1", put_code(s3, "there", "import time; time.sleep(2)"))
    sagemaker.create_training_job(**request)
    item = {"base_job_name": "there", "training_job": request, "fallbacks": []}

    described = wait_for(states, start(states, "there", child, item | LIMITS))

    output = json.loads(described["output"])
    assert (output["status"], output["error"]) == ("Completed", None)
    job = sagemaker.describe_training_job(TrainingJobName="there-1")
    assert job["TrainingJobStatus"] == "Completed"


@pytest.mark.parametrize("kind", ["Training", "Processing"])
def test_a_job_that_is_not_there_cannot_be_described(states: Any, kind: str) -> None:
    resource = f"arn:aws:states:::aws-sdk:sagemaker:describe{kind}Job"
    definition = machine(Resource=resource, Arguments={f"{kind}JobName": "nowhere"})

    described = wait_for(states, start(states, f"nowhere-{kind}", definition, {}))

    assert described["error"] == "SageMaker.SageMakerException"
    assert "not found" in described["cause"]


def test_a_rule_assigns_variables_in_a_state_with_a_language_of_its_own(states: Any) -> None:
    choice = {
        "Type": "Choice",
        "QueryLanguage": "JSONata",
        "Choices": [{"Condition": True, "Assign": {"number": 7}, "Next": "Tell"}],
    }
    tell = {
        "Type": "Pass",
        "QueryLanguage": "JSONata",
        "Output": "{% $number %}",
        "End": True,
    }
    definition = {"StartAt": "Choose", "States": {"Choose": choice, "Tell": tell}}

    described = wait_for(states, start(states, "assigning", definition, {}))

    assert json.loads(described["output"]) == 7
