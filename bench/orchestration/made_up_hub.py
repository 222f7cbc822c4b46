"""A hub that lists made-up models and has none of them, on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench.orchestration.listed_model import listed_model

_LIST = "/api/models"


@contextmanager
def made_up_hub(num_models: int) -> Iterator[str]:
    """The hub's URL, as long as it listens."""
    listed = [_entry(number) for number in range(num_models)]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            number = int(parse_qs(asked.query).get("limit", ["1000"])[0])
            body = json.dumps(listed[:number]).encode()
            self.send_response(200 if asked.path == _LIST else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """The benchmark's output stays its own."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def model_name(number: int) -> str:
    """Each has an owner of its own: of one owner's similar models, a search takes two."""
    return f"owner-{number:03}/model-{number:03}"


def _entry(number: int) -> dict[str, Any]:
    return listed_model(model_name(number), f"{number:040x}", downloads=1_000_000 - number)
