"""Validators that come from npm, run in Node."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
# Node is in the virtual environment, which need not be activated.
_ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def problems_of_definition(text: str) -> list[dict[str, Any]]:
    """What AWS's language service finds wrong in a state machine's definition."""
    script = str(_FOLDER / "definition.mjs")
    done = subprocess.run(
        ["node", script], input=text, capture_output=True, text=True, env=_ENVIRONMENT, check=True
    )
    return list(json.loads(done.stdout))


class ExpressionError(Exception):
    """The reference implementation refuses the expression, or it evaluates to nothing."""


class ReferenceJsonata:
    """Evaluates expressions with the JSONata release that Step Functions uses."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", str(_FOLDER / "expressions.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_ENVIRONMENT,
        )

    def evaluate(self, expression: str, variables: dict[str, Any]) -> Any:
        """The value of an expression, which may be in `{% %}`.

        Raises:
            ExpressionError: it is malformed, fails, or has no value, which Step Functions refuses.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        bare = expression.removeprefix("{%").removesuffix("%}").strip()
        self._process.stdin.write(json.dumps({"expression": bare, "variables": variables}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "value" not in answer:
            raise ExpressionError(f"{bare}: {answer.get('error', 'no value')}")
        return answer["value"]

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
