"""Runs the state machine's own definition in this process, against stand-ins for what it calls.

The emulator's interpreter walks through the states, without its waits. Every JSONata expression on
the way is evaluated by the reference implementation, from the values that are there on AWS.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from ministack.services import stepfunctions

from local.step_functions import _in_rules_too
from tests.infra.conftest import ROOT
from tests.infra.validators import ReferenceJsonata

CAPACITY_WAIT_SECONDS = 60
ARN = "arn:aws:states:eu-central-1:111122223333:execution:Bakeoff:17793124"


@dataclass
class Failure:
    """An error as Step Functions reports it."""

    error: str
    cause: str = ""

    def raised(self) -> Exception:
        return stepfunctions._ExecutionError(self.error, self.cause)


@dataclass
class Ran:
    """What an execution did: its calls in order, its waits, the expressions it evaluated."""

    calls: list[tuple[str, Any]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    expressions: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    output: Any = None
    failure: Failure | None = None

    def of(self, name: str) -> list[Any]:
        """The arguments of each call of a function or an API."""
        return [arguments for called, arguments in self.calls if called == name]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


Answers = Mapping[str, Sequence[Any]]
"""By the function or API: what its calls return or fail with, in turn; the last one repeats."""


def definition_text() -> str:
    """The definition with its substitutions filled in; each function is its state's name."""
    text = (ROOT / "infra" / "workflow.asl.json").read_text()
    text = text.replace("${Partition}", "aws")
    text = text.replace("${CapacityWaitSeconds}", str(CAPACITY_WAIT_SECONDS))
    return re.sub(r"\$\{(\w+)Function\}", r"\1", text)


class WorkflowRuns:
    """Runs executions; close it to end the reference implementation's process."""

    def __init__(self) -> None:
        self.definition: dict[str, Any] = json.loads(definition_text())
        self.reference = ReferenceJsonata()
        self._lock = threading.Lock()

    def close(self) -> None:
        self.reference.close()

    def run(
        self, answers: Answers, items: Sequence[Mapping[str, Any]] = (), event: Any = None
    ) -> Ran:
        """One execution; `items` is what the Map reads from plan.json."""
        ran = Ran()
        context = {
            "QueryLanguage": "JSONPath",
            "Execution": {"Id": ARN, "Input": event or {}, "Name": "17793124"},
            "StateMachine": {"Id": "arn:aws:states:::stateMachine:Bakeoff", "Name": "Bakeoff"},
            "variables": {},
        }
        execution = {
            "executionArn": ARN,
            "stateMachineArn": "arn:aws:states:eu-central-1:111122223333:stateMachine:Bakeoff",
            "events": [{"id": 1}],
        }
        with self._interpreter(ran, answers, items):
            try:
                ran.output = stepfunctions._run_sub_machine(
                    self.definition["States"],
                    self.definition["StartAt"],
                    event or {},
                    execution,
                    context,
                )
            except stepfunctions._ExecutionError as error:
                ran.failure = Failure(error.error, error.cause)
        assert not ran.problems, ran.problems
        return ran

    @contextmanager
    def _interpreter(self, ran: Ran, answers: Answers, items: Sequence[Any]) -> Iterator[None]:
        replaced: dict[str, Callable[..., Any]] = {
            "_invoke_resource": self._caller(ran, answers),
            "_scaled_sleep": ran.waits.append,
            "_evaluate_jsonata": self._evaluator(ran),
            "_read_map_items": lambda *_: [dict(item) for item in items],
            "_apply_state_assign": _in_rules_too(stepfunctions._apply_state_assign),
        }
        with mock.patch.multiple(stepfunctions, **replaced):
            yield

    def _caller(self, ran: Ran, answers: Answers) -> Callable[[str, Any], Any]:
        def call(resource: str, arguments: Any) -> Any:
            is_function = resource.endswith("lambda:invoke")
            name = arguments["FunctionName"] if is_function else resource.split(":")[-1]
            given = arguments["Payload"] if is_function else arguments
            with self._lock:
                number = ran.names.count(name)
                ran.calls.append((name, given))
            wanted = answers[name]
            answer = wanted[min(number, len(wanted) - 1)]
            if callable(answer):
                answer = answer(given)
            if isinstance(answer, Failure):
                raise answer.raised()
            return {"StatusCode": 200, "Payload": answer} if is_function else answer

        return call

    def _evaluator(self, ran: Ran) -> Callable[..., Any]:
        def evaluate(
            expression: str,
            state_input: Any,
            context: dict[str, Any],
            result: Any = None,
            error_output: Any = None,
        ) -> Any:
            # On AWS only what there is is a member of $states.
            there = {"result": result, "errorOutput": error_output}
            states = {"input": state_input, "context": context} | {
                name: value for name, value in there.items() if value is not None
            }
            variables = {**context["variables"], "states": states}
            with self._lock:
                ran.expressions.add(expression)
                try:
                    return self.reference.evaluate(expression, variables)
                except Exception as error:
                    # The emulator would take it for a failure of the state.
                    ran.problems.append(str(error))
                    raise

        return evaluate
