"""error.json: what a run leaves that ends without a comparison."""

from collections.abc import Sequence
from typing import Any

from bakeoff.jobs.failure_reason import execution_failure
from bakeoff.request.strict_json import FIELD
from bakeoff.request.upload import RequestEvent

SCHEMA_VERSION = 1

_REMEDIES = {
    "States.Timeout": "The execution took too long: send fewer models or seeds in one request.",
    "Execution.TIMED_OUT": (
        "The execution took too long: send fewer models or seeds in one request."
    ),
    "Execution.ABORTED": "Upload the request again to start anew.",
    "States.DataLimitExceeded": "Send fewer models in one request.",
}
_OTHER_REMEDY = (
    "Look at the execution in Step Functions and at the log of the state that failed, then upload "
    "the request again."
)


def error_document(
    event: RequestEvent,
    execution_arn: str,
    name: str,
    problems: Sequence[dict[str, str]],
    error: dict[str, Any] | None,
) -> dict[str, Any]:
    """The content of error.json.

    `problems` are those of the request or its data. If there are none, the problem that `error`
    (Step Functions' {"Error", "Cause"}) describes takes their place, so readers always find what
    happened and what to do in the same members.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "run": event.run,
        "name": name,
        "request_key": event.key,
        "requested_at": event.time,
        "execution_arn": execution_arn,
        "problems": list(problems) or [_execution_problem(error or {})],
        "error": _error(error),
    }


def _execution_problem(error: dict[str, Any]) -> dict[str, str]:
    return {
        "field": FIELD,
        "problem": f"The comparison could not be finished. {execution_failure(error)}",
        "remedy": _REMEDIES.get(str(error.get("Error")), _OTHER_REMEDY),
    }


def _error(error: dict[str, Any] | None) -> dict[str, str] | None:
    if not error:
        return None
    return {"error": str(error.get("Error") or ""), "cause": str(error.get("Cause") or "")}
