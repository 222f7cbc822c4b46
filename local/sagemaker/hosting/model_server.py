"""The process of an endpoint: SageMaker's own serving toolkit around the code in a model's archive.

On AWS a model server in the container loads the toolkit's handler and gives it each question with
a context; here this script does, on loopback. Whoever asks must know the secret in the environment.
It is run as a script, isolated, so that a model's modules are found in the model's folder alone.
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from sagemaker_inference.default_handler_service import DefaultHandlerService

SECRET_VARIABLE = "BAKEOFF_ENDPOINT_SECRET"  # noqa: S105 - the name of a variable
SECRET_HEADER = "x-endpoint-secret"  # noqa: S105 - the name of a header
READY = "The model server listens on port "
# SageMaker's own limit.
_MOST_BYTES = 25 * 1024 * 1024


class Context:
    """What the toolkit asks of a question's context, as the model server of the containers."""

    def __init__(self, model_dir: str, properties: dict[str, str]) -> None:
        self.system_properties = {"model_dir": model_dir, "gpu_id": None, "batch_size": 1}
        self.request_processor = [self]
        self.status, self.phrase = 200, "OK"
        self.content_type = "application/json"
        self._properties = properties

    def get_request_properties(self) -> dict[str, str]:
        return self._properties

    def set_response_content_type(self, place: int, content_type: str) -> None:
        self.content_type = content_type

    def set_response_status(self, code: int, phrase: str, place: int = 0) -> None:
        self.status, self.phrase = code, phrase


class ModelServer(HTTPServer):
    """Answers one question after the other, as a server with one worker does."""

    def __init__(self, model_dir: str, secret: str) -> None:
        self.model_dir = model_dir
        self.secret = secret
        self.service: Any = DefaultHandlerService()
        self.service.initialize(Context(model_dir, {}))
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        if self.headers.get(SECRET_HEADER) != self.server.secret:
            self._send(403, "text/plain", b"not with this secret")
        elif length > _MOST_BYTES:
            self._send(413, "text/plain", b"too large")
        else:
            names = ("Content-Type", "Accept")
            given = {name: self.headers[name] for name in names if name in self.headers}
            context = Context(self.server.model_dir, given)
            (answer,) = self.server.service.handle([{"body": self.rfile.read(length)}], context)
            body = answer.encode() if isinstance(answer, str) else bytes(answer)
            self._send(int(context.status), context.content_type, body)

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Questions are not logged: they may hold anything."""


def main() -> None:
    """Load the model in the folder that the only argument names, and answer until killed."""
    server = ModelServer(sys.argv[1], os.environ[SECRET_VARIABLE])
    print(f"{READY}{server.server_port}", flush=True)  # noqa: T201 - read by the local SageMaker
    server.serve_forever()


if __name__ == "__main__":
    main()
