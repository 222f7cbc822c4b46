"""Turns what SageMaker and Step Functions report about a failure into a sentence for people."""

import json
import re
from collections.abc import Mapping
from typing import Any

from bakeoff.methods import is_fine_tuned, is_used
from bakeoff.quoting import printable
from bakeoff.wording import duration

MAX_REASON_CHARACTERS = 1000

_ERROR_CLASS = re.compile(
    r"^(?:(?:Algorithm|Client|Capacity|InternalServer|ExecuteUserScript|ImportModule"
    r"|InstallModule|InstallRequirements)Error|framework error): *\s*"
)
_ERROR_MESSAGE = re.compile(
    r'ErrorMessage "(?P<message>.*?)(?:"\s*(?:ExtraInfo|Command) "|"?\s*$|, exit code: \d+$)',
    re.DOTALL,
)
_EXIT_CODE = re.compile(r"(?:exit code:|ExitCode) (-?\d+)")
_EXIT_CODE_TAIL = re.compile(r"[.,]?\s*,? exit code: -?\d+\s*$")
_CUT_OFF_MESSAGE = re.compile(
    r'"(?:ExitMessage|FailureReason)"\s*:\s*"((?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*)'
)
_EXCEPTION_LINE = re.compile(
    r"^[\w.]*(?:Error|Exception|Interrupt|Exit|Warning)\b.*$", re.MULTILINE
)
_REQUEST_DETAILS = re.compile(
    r"\s*\((?:Service: [^()]*(?:\([^()]*\)[^()]*)*|SDK Attempt Count: \d+)\)"
)
_OUT_OF_MEMORY = re.compile(r"out of memory|OutOfMemory", re.IGNORECASE)

_LESS_MEMORY = "Lower {} or max_length, or take a larger instance type."
_MORE_MEMORY = "Take a larger instance type as compute.processing_instance_type"
_REMEDIES = (
    (
        re.compile(r"No space left on device"),
        "Raise compute.volume_gb or, in a local run, free some space on the machine.",
    ),
    (
        re.compile(r"is 0 Instances"),
        "The account's quota is 0: raise the quota of that name in Service Quotas.",
    ),
    (
        re.compile(r"service limit|ResourceLimitExceeded"),
        "Raise the quota of that name in Service Quotas, or lower compute.max_parallel_jobs.",
    ),
    (
        re.compile(r"Unable to provision|[Ii]nsufficient capacity"),
        "AWS has too few of these machines now: try later, or take another instance type.",
    ),
)
# The kernel kills a process that exhausts the memory with SIGKILL.
_KILLED = ("137", "-9")


def job_failure(failure_reason: str, method: str | None = None) -> str:
    """SageMaker's FailureReason without the class names and the command line around it, and with
    what helps a job of the `method`; None if it is not known."""
    text = failure_reason.strip()
    message = _ERROR_MESSAGE.search(text)
    inner = message["message"] if message else _EXIT_CODE_TAIL.sub("", text)
    sentence = _one_line(_last_exception(_without_classes(inner)))
    exit_code = _EXIT_CODE.search(text)
    if not sentence or sentence.startswith("ExitCode"):
        sentence = f"The training script ended with exit code {exit_code[1] if exit_code else '?'}."
    if exit_code and exit_code[1] in _KILLED and not _OUT_OF_MEMORY.search(sentence):
        sentence = f"{sentence} It was killed, most likely because the instance ran out of memory."
    return _with_remedy(sentence, method)


def _preparation_failure(details: dict[str, Any]) -> str:
    """Why the processing job ended that DescribeProcessingJob, or Step Functions, describes so."""
    # FailureReason only wraps ExitMessage, which the script wrote.
    for member in ("ExitMessage", "FailureReason"):
        text = details.get(member)
        if isinstance(text, str) and text.strip():
            return _preparation_reason(text, details)
    status = details.get("ProcessingJobStatus")
    if status != "Stopped":
        return f"The preparation ended as {status}, and gave no reason."
    if _ran_out_of_time(details):
        return _out_of_time(details)
    return "The preparation was stopped by hand."


def _preparation_reason(text: str, details: dict[str, Any]) -> str:
    if "MaxRuntimeInSeconds" in text:
        return _out_of_time(details)
    exit_code = _EXIT_CODE.search(text)
    is_killed = bool(exit_code and exit_code[1] in _KILLED)
    if is_killed or _OUT_OF_MEMORY.search(text):
        how = "was killed, most likely because its instance" if is_killed else "job"
        cluster = _member(_member(details, "ProcessingResources"), "ClusterConfig")
        instance_type = cluster.get("InstanceType")
        now = f", now {instance_type}" if instance_type else ""
        return f"The preparation {how} ran out of memory. {_MORE_MEMORY}{now}."
    return job_failure(text)


def _ran_out_of_time(details: dict[str, Any]) -> bool:
    start, end = details.get("ProcessingStartTime"), details.get("ProcessingEndTime")
    limit = _member(details, "StoppingCondition").get("MaxRuntimeInSeconds")
    if not all(isinstance(each, int | float) for each in (start, end, limit)):
        return False
    # Milliseconds, as Step Functions shows times.
    return bool((end - start) / 1000 >= limit)  # type: ignore[operator]


def _out_of_time(details: dict[str, Any]) -> str:
    limit = limit_in_words(_member(details, "StoppingCondition"), "MaxRuntimeInSeconds")
    return (
        f"The preparation was stopped at its time limit, {limit}: raise "
        "compute.max_preparation_seconds, name fewer models in one request, or take a larger "
        "compute.processing_instance_type."
    )


def limit_in_words(limits: Mapping[str, Any], name: str) -> str:
    """A limit of time in a description of SageMaker's, which may lack it."""
    seconds = limits.get(name)
    return duration(seconds) if isinstance(seconds, int | float) else "which is not known"


def _member(details: dict[str, Any], name: str) -> dict[str, Any]:
    value = details.get(name)
    return value if isinstance(value, dict) else {}


def execution_failure(error: dict[str, Any]) -> str:
    """A sentence for Step Functions' {"Error", "Cause"}, whose cause may be a job's or a Lambda's
    JSON."""
    cause = str(error.get("Cause") or "").strip()
    name = str(error.get("Error") or "").strip()
    details = _json_object(cause)
    if details is not None:
        return _described_failure(details, name)
    if not cause:
        return f"It failed with {name}." if name else "No reason was given."
    # A truncated cause is no longer valid JSON.
    cut_off = _CUT_OFF_MESSAGE.search(cause)
    if cause.startswith("{"):
        if cut_off is None:
            return _without_reason({}, name)
        return job_failure(json.loads(f'"{cut_off[1]}"', strict=False))
    return _with_remedy(_one_line(_REQUEST_DETAILS.sub("", cause)))


def _described_failure(details: dict[str, Any], name: str) -> str:
    """Of a job's description, or of the error of a Lambda function."""
    if "ProcessingJobStatus" in details or "ProcessingJobName" in details:
        return _preparation_failure(details)
    for member in ("ExitMessage", "FailureReason"):
        if isinstance(details.get(member), str) and details[member].strip():
            return job_failure(details[member])
    if isinstance(details.get("errorMessage"), str):
        return _with_remedy(_one_line(details["errorMessage"]))
    return _without_reason(details, name)


def _without_reason(details: dict[str, Any], name: str) -> str:
    """Never the JSON itself, which nobody reads."""
    status = details.get("TrainingJobStatus")
    if status:
        return _one_line(f"The job ended as {status}, and gave no reason.")
    return f"It failed with {_one_line(name) or 'an unknown error'}, and gave no reason."


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _without_classes(text: str) -> str:
    shorter = _ERROR_CLASS.sub("", text.strip())
    return shorter if shorter == text.strip() else _without_classes(shorter)


def _last_exception(text: str) -> str:
    """The last line of a traceback, which says what happened; other text unchanged."""
    if "Traceback (most recent call last)" not in text and '  File "' not in text:
        return text
    found = _EXCEPTION_LINE.findall(text)
    return found[-1] if found else text


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()), MAX_REASON_CHARACTERS)


def _with_remedy(sentence: str, method: str | None = None) -> str:
    if _OUT_OF_MEMORY.search(sentence) and "_batch_size" not in sentence:
        return f"{_ended(sentence)} {_less_memory(method)}"
    for pattern, remedy in _REMEDIES:
        if pattern.search(sentence):
            return f"{_ended(sentence)} {remedy}"
    return _ended(sentence)


def _less_memory(method: str | None) -> str:
    if method is None or is_fine_tuned(method):
        return _LESS_MEMORY.format("train_batch_size")
    if is_used("eval_batch_size", method):
        return _LESS_MEMORY.format("eval_batch_size")
    return "Take a larger compute.baseline_instance_type, or fewer rows with max_train_rows."


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
