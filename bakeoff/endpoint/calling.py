"""How an endpoint is asked."""

import json
from collections.abc import Mapping
from typing import Any

CONTENT_TYPE = "application/json"


def question(*, is_pair: bool, text: str = "") -> dict[str, Any]:
    """One row, as the endpoint takes it."""
    return {"inputs": [[text, text]] if is_pair else [text]}


def is_answer(content: bytes, labels: list[str] | None) -> bool:
    """Whether this answers one row.

    Args:
        labels: those of the task; None for a regression.
    """
    try:
        rows = json.loads(content)
    except ValueError:
        return False
    if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], Mapping):
        return False
    if labels is None:
        return isinstance(rows[0].get("value"), int | float)
    chances = rows[0].get("probabilities")
    return isinstance(chances, Mapping) and list(chances) == labels


def shell_command(endpoint: str, *, is_pair: bool) -> str:
    """A command of AWS's own command line that asks the endpoint."""
    body = json.dumps(question(is_pair=is_pair, text="TEXT"))
    return (
        f"aws sagemaker-runtime invoke-endpoint --endpoint-name {endpoint} "
        f"--content-type {CONTENT_TYPE} --cli-binary-format raw-in-base64-out "
        f"--body '{body}' /dev/stdout"
    )


def python_lines(endpoint: str, *, is_pair: bool) -> list[str]:
    """The same in Python, with AWS's SDK."""
    body = json.dumps(question(is_pair=is_pair, text="TEXT"))
    return [
        "import boto3",
        'runtime = boto3.client("sagemaker-runtime")',
        f'answer = runtime.invoke_endpoint(EndpointName="{endpoint}", '
        f"ContentType=\"{CONTENT_TYPE}\", Body='{body}')",
        'print(answer["Body"].read().decode())',
    ]
