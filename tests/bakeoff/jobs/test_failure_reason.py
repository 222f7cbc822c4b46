import json

import pytest

from bakeoff.jobs.failure_reason import MAX_REASON_CHARACTERS, execution_failure, job_failure

OWN_SENTENCE = (
    "AlgorithmError: The model ran out of memory on the GPU: lower train_batch_size (32) or "
    "max_length (512), or use a larger instance type., exit code: 1"
)
TOOLKIT = (
    'AlgorithmError: ExecuteUserScriptError:\nExitCode {code}\nErrorMessage "{message}"\n'
    'Command "/opt/conda/bin/python3 train.py --epochs 2 --model_name m", exit code: 1'
)
TRACEBACK = (
    'Traceback (most recent call last):\n  File "/opt/ml/code/train.py", line 3, in <module>\n'
    '    main()\n  File "/opt/ml/code/train.py", line 2, in main\n'
    '    raise ValueError("bad")\nValueError: the label "x" is unknown\n'
)
QUOTA_OF_0 = (
    "The account-level service limit 'ml.g5.xlarge for training job usage' is 0 Instances, with "
    "current utilization of 0 Instances and a request delta of 1 Instances. (Service: "
    "AmazonSageMaker; Status Code: 400; Error Code: ResourceLimitExceeded; Request ID: 1-2; "
    "Proxy: null)"
)


def test_the_scripts_own_message_is_kept_unchanged():
    assert job_failure(OWN_SENTENCE) == (
        "The model ran out of memory on the GPU: lower train_batch_size (32) or max_length "
        "(512), or use a larger instance type."
    )


def test_a_traceback_is_reported_by_its_last_line():
    reason = job_failure(TOOLKIT.format(code=1, message=TRACEBACK))
    assert reason == 'ValueError: the label "x" is unknown.'


def test_a_truncated_traceback_is_also_reported_by_its_last_line():
    without_head = TRACEBACK.removeprefix("Traceback (most recent call last):\n")
    reason = job_failure(TOOLKIT.format(code=1, message=without_head))
    assert reason == 'ValueError: the label "x" is unknown.'


def test_a_message_may_hold_quotes_and_the_command_line_is_left_out():
    reason = job_failure(TOOLKIT.format(code=1, message='no "tokeniser" here'))
    assert reason == 'no "tokeniser" here.'


def test_running_out_of_memory_is_reported_with_a_remedy():
    message = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB"
    reason = job_failure(TOOLKIT.format(code=1, message=message))
    assert reason.startswith(message)
    assert "train_batch_size" in reason


@pytest.mark.parametrize(
    ("method", "setting"),
    [
        ("full", "train_batch_size"),
        ("lora", "train_batch_size"),
        ("frozen", "eval_batch_size"),
        ("prompt", "eval_batch_size"),
        ("zeroshot", "eval_batch_size"),
        ("static", "compute.baseline_instance_type"),
        ("tfidf", "compute.baseline_instance_type"),
    ],
)
def test_the_remedy_for_memory_is_a_setting_that_the_method_uses(method, setting):
    reason = job_failure("Out of memory: the system killed the job.", method)

    settings = {"train_batch_size", "eval_batch_size", "compute.baseline_instance_type"}
    assert [each for each in settings if each in reason] == [setting]


def test_a_job_that_named_its_own_remedy_gets_no_other():
    message = "The model ran out of memory on the GPU: lower eval_batch_size (64)."

    assert job_failure(TOOLKIT.format(code=1, message=message), "frozen") == message


@pytest.mark.parametrize("code", ["-9", "137"])
def test_a_script_that_was_killed_most_likely_ran_out_of_the_hosts_memory(code):
    reason = job_failure(TOOLKIT.format(code=code, message=""))
    assert f"exit code {code}" in reason
    assert "memory" in reason


def test_a_script_that_left_no_message_is_known_by_its_exit_code():
    assert job_failure(TOOLKIT.format(code=3, message="")) == (
        "The training script ended with exit code 3."
    )


def test_a_message_that_sagemaker_truncated_is_reported_as_far_as_it_goes():
    cut_off = TOOLKIT.format(code=1, message="a sentence that went on for long")[:90]
    assert job_failure(cut_off).startswith("a sentence")


@pytest.mark.parametrize(
    ("tail", "expected"),
    [("", "Größe 3: zu groß."), ('"é', 'Größe 3: zu groß"é.'), ("\\u00", "Größe 3: zu groß.")],
)
def test_a_cause_that_was_cut_off_keeps_its_letters(tail, expected):
    start = '{"ProcessingJobName": "x", "ExitMessage": "Gr\\u00f6ße 3: zu groß'
    assert execution_failure({"Cause": start + tail.replace('"', '\\"')}) == expected


def test_lack_of_capacity_is_reported_with_a_remedy():
    reason = job_failure("CapacityError: Unable to provision requested ML compute capacity.")
    assert reason.startswith("Unable to provision requested ML compute capacity.")
    assert "another instance type" in reason


def test_other_reasons_are_kept_without_their_error_class():
    assert job_failure('ClientError: Data download failed: nothing under "s3://b/x/"') == (
        'Data download failed: nothing under "s3://b/x/".'
    )


@pytest.mark.parametrize(
    "reason", ["", "AlgorithmError: , exit code: 1", "\n", "x" * 5000, "\x1b["]
)
def test_every_reason_is_one_line_and_not_empty(reason):
    shown = job_failure(reason)
    assert shown
    assert shown.isprintable()
    assert len(shown) <= MAX_REASON_CHARACTERS + 1


def test_a_quota_of_0_names_the_quota_and_where_to_raise_it():
    error = {"Error": "SageMaker.ResourceLimitExceededException", "Cause": QUOTA_OF_0}
    reason = execution_failure(error)
    assert "'ml.g5.xlarge for training job usage'" in reason
    assert "Service Quotas" in reason
    assert "Request ID" not in reason


def test_a_processing_jobs_own_message_comes_before_what_sagemaker_wraps_around_it():
    cause = {
        "ProcessingJobStatus": "Failed",
        "FailureReason": "AlgorithmError: See job logs",
        "ExitMessage": "It is not there.",
    }
    error = {"Error": "States.TaskFailed", "Cause": json.dumps(cause)}
    assert execution_failure(error) == "It is not there."
    error["Cause"] = json.dumps(cause | {"ExitMessage": ""})
    assert execution_failure(error) == "See job logs."


def test_a_cause_that_step_functions_cut_off_is_still_understood():
    cause = '{"ProcessingJobName": "x", "ExitMessage": "The \\"data\\" is bad", "Environ'
    assert execution_failure({"Cause": cause}) == 'The "data" is bad.'


def test_a_lambdas_error_is_reported_without_its_stack_trace():
    cause = {"errorMessage": "boom", "errorType": "RuntimeError", "stackTrace": ["x"]}
    assert execution_failure({"Error": "RuntimeError", "Cause": json.dumps(cause)}) == "boom."


def test_an_error_without_a_cause_is_reported_by_its_name():
    assert execution_failure({"Error": "States.Timeout", "Cause": None}) == (
        "It failed with States.Timeout."
    )
    assert execution_failure({}) == "No reason was given."


PROCESSING = {
    "ProcessingJobName": "imdb-prepare-3f2a9c1d00000000",
    "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.2xlarge"}},
    "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
    "ProcessingStartTime": 1_772_366_400_000,
}


def preparation(**details):
    cause = json.dumps(PROCESSING | details)
    return execution_failure({"Error": "States.TaskFailed", "Cause": cause})


def test_a_preparation_that_somebody_stopped_is_told_so_and_not_as_json():
    stopped = preparation(ProcessingJobStatus="Stopped", ProcessingEndTime=1_772_366_401_000)
    assert stopped == "The preparation was stopped by hand."
    assert preparation(ProcessingJobStatus="Stopped") == stopped


@pytest.mark.parametrize(
    "details",
    [
        {"ProcessingEndTime": 1_772_366_400_000 + 86_400_500},
        {"FailureReason": "ClientError: Job exceeded MaxRuntimeInSeconds"},
    ],
)
def test_a_preparation_at_its_time_limit_names_the_field(details):
    reason = preparation(ProcessingJobStatus="Stopped", **details)
    assert "time limit, 24 h: raise compute.max_preparation_seconds" in reason
    assert "by hand" not in reason


@pytest.mark.parametrize("code", ["137", "-9"])
def test_a_preparation_that_was_killed_names_itself_and_its_instance_type(code):
    why = f"AlgorithmError: See job logs for more information, exit code: {code}"
    reason = preparation(ProcessingJobStatus="Failed", FailureReason=why)
    assert reason == (
        "The preparation was killed, most likely because its instance ran out of memory. Take a "
        "larger instance type as compute.processing_instance_type, now ml.m5.2xlarge."
    )


def test_a_preparation_out_of_memory_is_not_told_to_lower_a_batch_size():
    reason = preparation(ProcessingJobStatus="Failed", ExitMessage="Out of memory: 3 GB")
    assert "compute.processing_instance_type" in reason
    assert "train_batch_size" not in reason


@pytest.mark.parametrize(
    "cause",
    ['{"TrainingJobName": "x", "TrainingJobArn": "ar', '{"x": [1]}', '{"FailureReason": 7}'],
)
def test_no_reason_is_a_piece_of_json(cause):
    reason = execution_failure({"Error": "States.TaskFailed", "Cause": cause})
    assert reason == "It failed with States.TaskFailed, and gave no reason."


def test_a_job_that_gives_no_reason_is_told_by_its_status():
    cause = '{"TrainingJobName": "x", "TrainingJobStatus": "Stopped"}'
    reason = execution_failure({"Error": "States.TaskFailed", "Cause": cause})
    assert reason == "The job ended as Stopped, and gave no reason."
