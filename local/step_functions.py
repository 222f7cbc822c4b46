"""Step Functions' SageMaker integrations, and shims for gaps in the emulator's interpreter.

Shims, each for one gap of ministack 1.5:
- a Distributed Map ignores MaxConcurrencyPath;
- StopExecution leaves the tasks of the execution running, and those of its Map's children;
- a task that fails after StopExecution turns ABORTED into FAILED;
- Assign in a Catch or a Choice rule is ignored if only the state, not the machine, is in JSONata.
"""

import contextvars
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge, stepfunctions

from local import rights
from local.integrations import calls_of
from local.rights import Call
from local.sagemaker.clients import Scope
from local.sagemaker.errors import ApiError
from local.sagemaker.job import PROCESSING, TRAINING, Job, JobKind
from local.sagemaker.service import Jobs, new_request_id
from local.sagemaker.validation import validate

_POLL_SECONDS = 0.5
_MAX_CAUSE = 32_768
# The errors that have names in Step Functions; all others become AmazonSageMakerException.
_NAMED_ERRORS = {
    "ResourceLimitExceeded": "SageMaker.ResourceLimitExceededException",
    "ResourceInUse": "SageMaker.ResourceInUseException",
    "ResourceNotFound": "SageMaker.ResourceNotFoundException",
    "ConflictException": "SageMaker.ConflictException",
}

_Integration = Callable[[str, dict[str, Any]], dict[str, Any]]
_execution_arn: contextvars.ContextVar[str] = contextvars.ContextVar("execution_arn", default="")


class _ExecutionStoppedError(Exception):
    """Ends a task of a stopped execution; no Catch or Retry handles it."""


def install(jobs: Jobs, on_success: Callable[[str], None]) -> None:
    """Add the integrations and the shims to the emulator.

    `on_success` is called with the ARN of each execution that has succeeded.
    """
    for kind in (TRAINING, PROCESSING):
        name = f"arn:aws:states:::sagemaker:create{kind.word}Job"
        stepfunctions._SERVICE_DISPATCH[name] = _integration(jobs, kind)
        describe = f"arn:aws:states:::aws-sdk:sagemaker:describe{kind.word}Job"
        stepfunctions._SERVICE_DISPATCH[describe] = _description(jobs, kind)
    stepfunctions._run_distributed_map = _with_concurrency_path(stepfunctions._run_distributed_map)
    stepfunctions._execute_task = _with_execution(stepfunctions._execute_task)
    stepfunctions._invoke_resource = _with_rights(stepfunctions._invoke_resource)
    stepfunctions._read_map_items = _with_right_to_read(stepfunctions._read_map_items)
    eventbridge._invoke_target = _with_right_to_start(eventbridge._invoke_target)
    stepfunctions._fail_execution = _unless_ended(stepfunctions._fail_execution)
    stepfunctions._apply_state_assign = _in_rules_too(stepfunctions._apply_state_assign)
    stepfunctions._emit_execution_status_event = _telling(
        on_success, stepfunctions._emit_execution_status_event
    )


def _integration(jobs: Jobs, kind: JobKind) -> _Integration:
    def create_job(resource: str, arguments: dict[str, Any]) -> dict[str, Any]:
        scope = Scope(get_account_id(), get_region())
        try:
            job = jobs.create(kind, scope, arguments, _execution_arn.get())
        except ApiError as error:
            raise _failure(error) from error
        if ".sync" not in resource:
            return {kind.arn_field: job.arn}
        _wait(job)
        described = _as_states_shows_it(job.describe())
        if job.status == "Completed":
            return described
        raise stepfunctions._ExecutionError("States.TaskFailed", json.dumps(described)[:_MAX_CAUSE])

    return create_job


def _description(jobs: Jobs, kind: JobKind) -> _Integration:
    def describe_job(resource: str, arguments: dict[str, Any]) -> dict[str, Any]:
        scope = Scope(get_account_id(), get_region())
        try:
            validate(f"Describe{kind.word}Job", arguments)
            described = jobs.get(kind, scope, arguments[kind.name_field]).describe()
        except ApiError as error:
            cause = f"{error.message} (Service: SageMaker, Status Code: 400, Request ID: "
            raise stepfunctions._ExecutionError(
                "SageMaker.SageMakerException", f"{cause}{new_request_id()})"
            ) from error
        return dict(json.loads(json.dumps(described, default=datetime.isoformat)))

    return describe_job


def _failure(error: ApiError) -> Exception:
    name = _NAMED_ERRORS.get(error.code, "SageMaker.AmazonSageMakerException")
    cause = (
        f"{error.message} (Service: AmazonSageMaker; Status Code: 400; Error Code: {error.code}; "
        f"Request ID: {new_request_id()}; Proxy: null)"
    )
    return stepfunctions._ExecutionError(name, cause)


def _wait(job: Job) -> None:
    while not job.finished.wait(_POLL_SECONDS):
        if _is_stopped():
            _check([Call(f"sagemaker:Stop{job.kind.word}Job", job.arn)], "States.TaskFailed")
            job.stop()
            job.finished.wait()
    if _is_stopped():
        raise _ExecutionStoppedError


def _is_stopped() -> bool:
    execution = stepfunctions._executions.get(_execution_arn.get())
    return execution is not None and execution["status"] != "RUNNING"


def _as_states_shows_it(value: Any) -> Any:
    """Times as whole milliseconds since the epoch, as in a task's output."""
    if isinstance(value, dict):
        return {name: _as_states_shows_it(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_states_shows_it(item) for item in value]
    return int(value.timestamp() * 1000) if isinstance(value, datetime) else value


def _check(calls: Iterable[Call], error: str) -> None:
    """Fail the state with this error unless the machine's role allows the calls."""
    execution = stepfunctions._executions.get(_execution_arn.get())
    if execution is None:
        return
    # Without the version, which would follow the name.
    machine = ":".join(execution["stateMachineArn"].split(":")[:7])
    role = stepfunctions._state_machines[machine]["roleArn"]
    try:
        for call in calls:
            rights.check(role, call, get_region())
    except ApiError as denied:
        raise stepfunctions._ExecutionError(error, denied.message) from denied


def _with_rights(invoke: Callable[..., Any]) -> Callable[..., Any]:
    def run(resource: str, arguments: Any) -> Any:
        calls, error = calls_of(resource, arguments, Scope(get_account_id(), get_region()))
        _check(calls, error)
        return invoke(resource, arguments)

    return run


def _with_right_to_read(read: Callable[..., Any]) -> Callable[..., Any]:
    def run(reader: dict[str, Any], effective: Any, context: Any) -> Any:
        source = stepfunctions._resolve_params_obj(
            reader.get("Parameters") or {}, effective, context
        )
        bucket, key = source.get("Bucket"), source.get("Key")
        call = Call("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}")
        machine = context["StateMachine"]["Id"]
        start = Call("states:StartExecution", machine)
        token = _execution_arn.set(context["Execution"]["Id"])
        try:
            _check([call, start], "States.ItemReaderFailed")
            return read(reader, effective, context)
        finally:
            _execution_arn.reset(token)

    return run


def _with_right_to_start(invoke: Callable[..., Any]) -> Callable[..., Any]:
    def run(target: dict[str, Any], *rest: Any, **options: Any) -> Any:
        if ":states:" in target["Arn"]:
            call = Call("states:StartExecution", target["Arn"])
            try:
                rights.check(target.get("RoleArn", ""), call, get_region())
            except ApiError:
                # As on AWS, the event is not delivered; the denial is in the log.
                return None
        return invoke(target, *rest, **options)

    return run


def _with_concurrency_path(run_map: Callable[..., Any]) -> Callable[..., Any]:
    def run(
        state: dict[str, Any], raw_input: Any, effective: Any, iterator: Any, *rest: Any
    ) -> Any:
        path = state.get("MaxConcurrencyPath")
        if path:
            state = {**state, "MaxConcurrency": stepfunctions._resolve_path(path, effective)}
        return run_map(state, raw_input, effective, iterator, *rest)

    return run


def _with_execution(execute: Callable[..., Any]) -> Callable[..., Any]:
    def run(state: dict[str, Any], raw_input: Any, execution: Any, context: Any) -> Any:
        # A Map's child has its parent's context, so this is the execution that gets stopped.
        token = _execution_arn.set(context["Execution"]["Id"])
        try:
            if _is_stopped():
                raise _ExecutionStoppedError
            return execute(state, raw_input, execution, context)
        finally:
            _execution_arn.reset(token)

    return run


def _in_rules_too(assign: Callable[..., None]) -> Callable[..., None]:
    """A rule has no language of its own; in JSONPath states there is no Assign in rules."""

    def run(part: dict[str, Any], *rest: Any, **results: Any) -> None:
        if "ErrorEquals" in part or "Condition" in part:
            part = {**part, "QueryLanguage": "JSONata"}
        assign(part, *rest, **results)

    return run


def _telling(
    on_success: Callable[[str], None], emit: Callable[[dict[str, Any]], None]
) -> Callable[[dict[str, Any]], None]:
    def run(execution: dict[str, Any]) -> None:
        if execution["status"] == "SUCCEEDED":
            on_success(execution["executionArn"])
        emit(execution)

    return run


def _unless_ended(fail: Callable[..., None]) -> Callable[..., None]:
    def run(execution: dict[str, Any], error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            fail(execution, error, cause)

    return run
