"""The history of a Distributed Map's children, of which ministack 1.5 records the tasks alone.

With its states, a child's history says what became of an item, as on AWS.
"""

import contextvars
import json
from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions

_KINDS = ("Choice", "Pass", "Task", "Wait")


class _Child:
    """The execution of one item; equal texts are kept once, as most states hand their input on."""

    def __init__(self, execution: dict[str, Any]) -> None:
        self._execution = execution
        self._texts: dict[str, str] = {}

    def tell(self, event: str, member: str, **details: str) -> None:
        stepfunctions._add_event(self._execution, event, {f"{member}EventDetails": details})

    def text(self, value: Any) -> str:
        text = json.dumps(value)
        return self._texts.setdefault(text, text)


_child: contextvars.ContextVar[_Child | None] = contextvars.ContextVar("child", default=None)


def install() -> None:
    """Add what is missing to the emulator."""
    stepfunctions._run_sub_machine = _from_start_to_end(stepfunctions._run_sub_machine)
    for kind in _KINDS:
        name = f"_execute_{kind.lower()}"
        setattr(stepfunctions, name, _entered_and_exited(kind, getattr(stepfunctions, name)))


def _from_start_to_end(run_machine: Callable[..., Any]) -> Callable[..., Any]:
    def run(states: Any, start: Any, content: Any, execution: dict[str, Any], context: Any) -> Any:
        # Branches, and the items of an inline Map, belong to their parent's history.
        if "mapRunArn" not in execution:
            return run_machine(states, start, content, execution, context)
        child = _Child(execution)
        token = _child.set(child)
        child.tell("ExecutionStarted", "executionStarted", input=child.text(content))
        try:
            output = run_machine(states, start, content, execution, context)
            child.tell("ExecutionSucceeded", "executionSucceeded", output=child.text(output))
            return output
        except stepfunctions._ExecutionError as error:
            reason = {"error": error.error, "cause": error.cause}
            child.tell("ExecutionFailed", "executionFailed", **reason)
            raise
        finally:
            _child.reset(token)

    return run


def _entered_and_exited(kind: str, execute: Callable[..., Any]) -> Callable[..., Any]:
    def run(state: dict[str, Any], content: Any, *rest: Any) -> Any:
        child = _child.get()
        if child is None:
            return execute(state, content, *rest)
        name = rest[-1]["State"]["Name"]
        child.tell(f"{kind}StateEntered", "stateEntered", name=name, input=child.text(content))
        output, following = execute(state, content, *rest)
        child.tell(f"{kind}StateExited", "stateExited", name=name, output=child.text(output))
        return output, following

    return run
