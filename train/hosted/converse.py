"""Amazon Bedrock's Converse API: one question, one reply.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from hosted.answer_form import TOO_LONG_STOP, TOOL
from hosted.questions import Question
from hosted.reply import Reply
from job.job_failure import JobError

PREFIX = "bedrock/"
"""Begins the id of such a model in a request."""
MOST_ANSWER_TOKENS = 512
"""A model that thinks before it answers may need some hundred."""
PATIENCE_SECONDS = 300.0
"""For one question, all attempts together."""
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 30.0
_CONNECT_SECONDS, _READ_SECONDS = 10, 60

_NO_WAY = "Check that the region has Bedrock, and that the jobs' network leads to it."

_PASSING_STATUS = (408, 424, 429)
_TOO_LONG = re.compile(r"too long|too many (input )?tokens|context (length|window)", re.IGNORECASE)


class HostedModelError(JobError):
    """The model cannot be asked; the message says why and what to do."""


@dataclass(frozen=True)
class Ways:
    """How a model is asked, which differs between models."""

    has_tool: bool = True
    """Whether it is offered a form to fill in; else it answers in text."""
    is_forced: bool = True
    """Whether it must fill it in."""
    has_temperature: bool = True


@dataclass
class Converse:
    """Asks one model; safe to use from several threads."""

    client: Any
    """boto3's client of bedrock-runtime, without retries of its own."""
    model_id: str
    """Of a foundation model or an inference profile."""
    schema: Mapping[str, Any]
    """JSON Schema of the form that is filled in."""
    now: Callable[[], float] = time.monotonic
    """Seconds."""
    wait: Callable[[float], None] = time.sleep
    chance: random.Random = field(default_factory=random.Random)
    ways: Ways = Ways()
    """Those that the model takes, as far as is known."""
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    @classmethod
    def connect(cls, model_id: str, schema: Mapping[str, Any], connections: int) -> "Converse":
        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            max_pool_connections=connections,
            # A client's own retries would know no deadline.
            retries={"total_max_attempts": 1},
        )
        return cls(boto3.client("bedrock-runtime", config=config), model_id, schema)

    def ask(self, question: Question) -> Reply:
        """Attempts again after what passes by itself, with random waits that grow.

        Raises HostedModelError if the model cannot be asked, or not within PATIENCE_SECONDS.
        """
        deadline, longest = self.now() + PATIENCE_SECONDS, _FIRST_WAIT_SECONDS
        while True:
            ways = self.ways
            try:
                return self._attempt(question, ways)
            except (ClientError, BotoCoreError) as error:
                if _is_too_long(error):
                    return Reply(TOO_LONG_STOP, None, "", 0, 0, 0.0)
                if self._has_other_way(ways, error):
                    continue
                if not _passes(error):
                    raise HostedModelError(self._sentence(error)) from error
                # "Full jitter": attempts of several threads do not come at the same time again.
                seconds = self.chance.uniform(0, longest)
                if self.now() + seconds > deadline:
                    raise HostedModelError(self._gave_up(error)) from error
            self.wait(seconds)
            longest = min(2 * longest, _LONGEST_WAIT_SECONDS)

    def _attempt(self, question: Question, ways: Ways) -> Reply:
        started = self.now()
        answer = self.client.converse(modelId=self.model_id, **self._request(question, ways))
        return _reply(answer, self.now() - started)

    def _request(self, question: Question, ways: Ways) -> dict[str, Any]:
        turns = [{"role": turn.role, "content": [{"text": turn.text}]} for turn in question]
        limits: dict[str, Any] = {"maxTokens": MOST_ANSWER_TOKENS}
        if ways.has_temperature:
            limits["temperature"] = 0.0
        request: dict[str, Any] = {"messages": turns, "inferenceConfig": limits}
        if ways.has_tool:
            request["toolConfig"] = self._tools(ways)
        return request

    def _tools(self, ways: Ways) -> dict[str, Any]:
        spec = {
            "name": TOOL,
            "description": "Takes the answer about the last text.",
            "inputSchema": {"json": self.schema},
        }
        choice = {"toolChoice": {"tool": {"name": TOOL}}} if ways.is_forced else {}
        return {"tools": [{"toolSpec": spec}], **choice}

    def _has_other_way(self, ways: Ways, error: Exception) -> bool:
        """Whether the model does not take a part of the request that it can do without; it is left
        out from now on."""
        if _code(error) != "ValidationException":
            return False
        message = _message(error).lower()
        other = None
        if ways.has_temperature and "temperature" in message:
            other = replace(ways, has_temperature=False)
        elif ways.has_tool and ("tool" in message or "json schema" in message):
            other = replace(ways, is_forced=False) if ways.is_forced else None
            other = other or replace(ways, has_tool=False)
        if other is None:
            return False
        with self._lock:
            if self.ways == ways:
                self.ways = other
        return True

    def _sentence(self, error: Exception) -> str:
        said = f"Bedrock does not answer for {self.model_id}: {_said(error)}."
        match _code(error):
            case "AccessDeniedException" | "UnrecognizedClientException":
                remedy = (
                    "Allow the model in the deployment's setting bedrock_models, and see in "
                    "Bedrock's console whether the account may use it."
                )
            case "ResourceNotFoundException" | "ValidationException":
                remedy = (
                    "Check its id in Bedrock's console: many models are there only as an inference "
                    "profile, such as us.amazon.nova-lite-v1:0."
                )
            case _:
                remedy = _NO_WAY
        return f"{said} {remedy}"

    def _gave_up(self, error: Exception) -> str:
        waited = (
            f"Bedrock did not answer for {self.model_id} in {PATIENCE_SECONDS:.0f} seconds; at "
            f"last: {_said(error)}."
        )
        if not isinstance(error, ClientError):
            return f"{waited} {_NO_WAY}"
        return (
            f"{waited} Ask for a higher quota of requests and tokens per minute for the model in "
            "Service Quotas, or send the request again later."
        )


def _reply(answer: Mapping[str, Any], seconds: float) -> Reply:
    content = answer.get("output", {}).get("message", {}).get("content", [])
    forms = [block["toolUse"].get("input") for block in content if "toolUse" in block]
    usage = answer.get("usage", {})
    return Reply(
        stop_reason=str(answer.get("stopReason", "")),
        form=forms[0] if forms else None,
        text="".join(block["text"] for block in content if "text" in block),
        input_tokens=int(usage.get("inputTokens", 0)),
        output_tokens=int(usage.get("outputTokens", 0)),
        seconds=seconds,
    )


def _passes(error: Exception) -> bool:
    """Whether another attempt may succeed: after throttling, an error of the service, a lost
    connection or a timeout."""
    if isinstance(error, ClientError):
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return status >= 500 or status in _PASSING_STATUS or _code(error) == "ThrottlingException"
    return isinstance(error, HTTPClientError | NoConnectionError)


def _is_too_long(error: Exception) -> bool:
    return _code(error) == "ValidationException" and bool(_TOO_LONG.search(_message(error)))


def _code(error: Exception) -> str:
    return str(error.response["Error"].get("Code")) if isinstance(error, ClientError) else ""


def _message(error: Exception) -> str:
    return str(error.response["Error"].get("Message", "")) if isinstance(error, ClientError) else ""


def _said(error: Exception) -> str:
    text = f"{_code(error)}: {_message(error)}" if isinstance(error, ClientError) else str(error)
    return " ".join(text.split())[:300].rstrip(".")
