"""A stand-in for the model hub that takes models: what the real client asks for an upload."""

import base64
import json
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from tests.support.loopback_server import LoopbackServer

TOKEN = "hf_" + "t" * 34


class ReceivingHub(LoopbackServer):
    """Repositories, by name, with the files of their last commit; weights come apart, as on LFS."""

    def __init__(self) -> None:
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.private: set[str] = set()
        self.licenses: dict[str, str] = {}
        """Of other models, by their ids."""
        self.status = 0
        """Answers with it instead of taking anything, unless 0."""
        self._blobs: dict[str, bytes] = {}
        super().__init__(type("Handler", (_Handler,), {"hub": self}))

    def create(self, asked: dict[str, Any]) -> tuple[int, Any]:
        name = "/".join(filter(None, (asked.get("organization"), asked["name"])))
        url = f"{self.url}/{name}"
        if name in self.repositories:
            return 409, {"error": "You already created this model repo", "url": url}
        self.repositories[name] = {}
        if asked.get("private") or asked.get("visibility") == "private":
            self.private.add(name)
        return 200, {"url": url, "name": name, "id": "1"}

    def commit(self, name: str, lines: list[dict[str, Any]]) -> tuple[int, Any]:
        files = self.repositories[name]
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self._blobs[value["oid"]]
        commit = {"commitOid": "a" * 40, "commitUrl": f"{self.url}/{name}/commit/{'a' * 40}"}
        return 200, commit | {"hookOutput": "", "pullRequestUrl": None}

    def batch(self, asked: dict[str, Any]) -> tuple[int, Any]:
        objects = [
            {**each, "actions": {"upload": {"href": f"{self.url}/blob/{each['oid']}"}}}
            for each in asked["objects"]
        ]
        return 200, {"transfer": "basic", "objects": objects}

    def take(self, oid: str, content: bytes) -> None:
        self._blobs[oid] = content


class _Handler(BaseHTTPRequestHandler):
    hub: ReceivingHub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name = urlsplit(self.path).path.removeprefix("/api/models/")
        license = self.hub.licenses.get(name)
        if license is None:
            self._answer(404, {"error": "Repository not found"})
            return
        tags = ["transformers", f"license:{license}"]
        self._answer(200, {"id": name, "modelId": name, "tags": tags, "siblings": []})

    def do_POST(self) -> None:
        hub, path, body = self.hub, urlsplit(self.path).path, self._body()
        if path == "/api/validate-yaml":
            self._answer(200, {"errors": [], "warnings": []})
        elif hub.status or self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(hub.status or 401, {"error": "Refused"})
        elif path == "/api/repos/create":
            self._answer(*hub.create(json.loads(body)))
        elif path.endswith("/preupload/main"):
            files = [
                {
                    "path": each["path"],
                    "uploadMode": "lfs" if each["path"].endswith(".safetensors") else "regular",
                    "shouldIgnore": False,
                }
                for each in json.loads(body)["files"]
            ]
            self._answer(200, {"files": files})
        elif path.endswith("/info/lfs/objects/batch"):
            self._answer(*hub.batch(json.loads(body)))
        elif path.endswith("/commit/main"):
            name = path.removeprefix("/api/models/").removesuffix("/commit/main")
            self._answer(*hub.commit(name, [json.loads(line) for line in body.splitlines()]))
        else:
            self._answer(404, {"error": path})

    def do_PUT(self) -> None:
        self.hub.take(self.path.rsplit("/", 1)[-1], self._body())
        self._answer(200, {})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        content = b""
        while size := int(self.rfile.readline(), 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return content

    def _answer(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests say what went wrong."""
