"""An endpoint on loopback in the place of Amazon Bedrock's Converse API. It is no model.

What it answers is a test's to say. Requests and answers are checked by botocore's description of
the operation.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import botocore.session
from botocore.validate import ParamValidator

Json = dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """An error in place of an answer."""

    status: int
    code: str
    message: str = "no"


Behaviour = Callable[[Json], Json | Refusal]
"""Maps a request, as Converse takes it, to what Converse answers."""


def form_answer(form: Json, *, stop_reason: str = "tool_use", tokens: int = 40) -> Json:
    block = {"toolUse": {"toolUseId": "one", "name": "answer", "input": form}}
    return _answer([block], stop_reason, tokens)


def text_answer(text: str, *, stop_reason: str = "end_turn", tokens: int = 40) -> Json:
    return _answer([{"text": text}], stop_reason, tokens)


def _answer(content: list[Json], stop_reason: str, tokens: int) -> Json:
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop_reason,
        "usage": {"inputTokens": tokens, "outputTokens": 5, "totalTokens": tokens + 5},
        "metrics": {"latencyMs": 12},
    }


def last_text(request: Json) -> str:
    """What the last turn says."""
    return str(request["messages"][-1]["content"][0]["text"])


THROTTLED = Refusal(429, "ThrottlingException", "Too many requests, please wait.")


@dataclass
class StandInBedrock:
    """`behaviour` may be replaced while it runs."""

    behaviour: Behaviour
    requests: list[Json] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""

    def answer(self, model_id: str, body: Json) -> Json | Refusal:
        request = {"modelId": model_id, **body}
        _check("input", request)
        with self._lock:
            self.requests.append(request)
        answer = self.behaviour(request)
        if not isinstance(answer, Refusal):
            _check("output", answer)
        return answer

    @contextmanager
    def running(self) -> Iterator["StandInBedrock"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which boto3 finds it."""
        return {
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": self.url,
            "AWS_ACCESS_KEY_ID": "stand-in",
            "AWS_SECRET_ACCESS_KEY": "stand-in",
            "AWS_DEFAULT_REGION": "us-east-1",
        }


def in_turn(answers: Sequence[Json | Refusal], afterwards: Behaviour) -> Behaviour:
    """First these, then as `afterwards` says."""
    left = list(answers)
    return lambda request: left.pop(0) if left else afterwards(request)


def _check(kind: str, content: Json) -> None:
    operation = _operation()
    shape = operation.input_shape if kind == "input" else operation.output_shape
    report = ParamValidator().validate(content, shape)
    assert not report.has_errors(), report.generate_report()


_MODELS: list[Any] = []


def _operation() -> Any:
    if not _MODELS:
        session = botocore.session.get_session()
        _MODELS.append(session.get_service_model("bedrock-runtime").operation_model("Converse"))
    return _MODELS[0]


def _handler(stand_in: StandInBedrock) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model_id = unquote(self.path.removeprefix("/model/").removesuffix("/converse"))
            answer = stand_in.answer(model_id, body)
            if isinstance(answer, Refusal):
                self._send(answer.status, {"message": answer.message}, answer.code)
            else:
                self._send(200, answer)

        def _send(self, status: int, content: Json, error: str = "") -> None:
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            if error:
                self.send_header("x-amzn-ErrorType", error)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            """Tests read no access log."""

    return Handler
