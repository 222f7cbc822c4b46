"""A stand-in for the model hub: the part of its API that the real clients use, on loopback.

`huggingface_hub` and `datasets` are pointed at it by HF_ENDPOINT. Every repository has one commit,
named after what it contains, and one branch, `main`. It can be told to misbehave.
"""

import hashlib
import json
import re
import socket
import struct
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.support.hub_listing import BadQueryError, listed_files, page_of
from tests.support.loopback_server import LoopbackServer

BRANCH = "main"
_LIST = "/api/models"
_KINDS = {"models": "", "datasets": "datasets/"}
_ROUTE = re.compile(
    r"/api/(?P<kind>models|datasets)/(?P<repository>[^/]+(?:/[^/]+)?)"
    r"(?:/(?P<verb>revision|tree|paths-info)/(?P<revision>[^/]+)(?:/(?P<path>.*))?)?"
)
_FILE = re.compile(
    r"/(?P<kind>datasets/)?(?P<repository>[^/]+(?:/[^/]+)?)/resolve/(?P<revision>[^/]+)/(?P<path>.+)"
)


@dataclass(frozen=True)
class Repository:
    """A model's or a data set's files; with a `token` it is gated, and only that token reads it."""

    name: str
    files: Mapping[str, bytes]
    token: str | None = None

    @property
    def commit(self) -> str:
        digest = hashlib.sha1(self.name.encode(), usedforsecurity=False)
        for path, content in sorted(self.files.items()):
            digest.update(path.encode() + b"\0" + content)
        return digest.hexdigest()

    def entries(self, under: str = "") -> list[dict[str, Any]]:
        """Every file and folder below `under`, as the hub lists them."""
        prefix = f"{under}/" if under else ""
        paths = [path for path in sorted(self.files) if path.startswith(prefix)]
        folders = {
            "/".join(parts[:depth])
            for parts in (path.split("/") for path in paths)
            for depth in range(1, len(parts))
        }
        listed = [{"type": "directory", "path": path, "oid": "0", "size": 0} for path in folders]
        return listed + [self.file_entry(path) for path in paths]

    def file_entry(self, path: str) -> dict[str, Any]:
        return {
            "type": "file",
            "path": path,
            "oid": etag(self.files[path]),
            "size": len(self.files[path]),
        }


@dataclass(frozen=True)
class Fault:
    """What the hub does instead of answering as it should."""

    status: int = 0
    """Answers with this status instead."""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_silent: bool = False
    """Takes the request, and does not answer while the hub is up."""
    drips: bool = False
    """Sends a byte, waits for a hundredth of a second, and so on."""
    cut_after: int | None = None
    """Resets the connection after so many bytes of the content."""
    flips: bool = False
    """Sends as many bytes as it should, of which the first is another one."""


class StandInHub(LoopbackServer):
    """`with StandInHub() as hub:` serves what is added to it at `hub.url`."""

    def __init__(self) -> None:
        self.repositories: dict[str, dict[str, Repository]] = {kind: {} for kind in _KINDS}
        self._moves: dict[str, Repository] = {}
        """The next content of `main`, by data set, once its commit has been requested."""
        self._earlier: dict[str, Repository] = {}
        """The content of `main`, by commit."""
        self.requested: list[str] = []
        """Paths, in the order in which they were asked for."""
        self._faults: list[tuple[str, list[Fault]]] = []
        self._listed: dict[str, dict[str, Any]] = {}
        """What the list of models says of a model, beside or instead of its files."""
        self.is_closing = threading.Event()
        super().__init__(type("Handler", (_Handler,), {"hub": self}))

    def add_model(self, name: str, folder: Path, token: str | None = None) -> Repository:
        """The folder's files as a repository."""
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        return self._add("models", Repository(name, files, token))

    def add_dataset(
        self, name: str, files: Mapping[str, bytes], token: str | None = None
    ) -> Repository:
        return self._add("datasets", Repository(name, dict(files), token))

    def list_model(self, name: str, **entry: Any) -> None:
        """What the list of models says of it, with or without a repository of that name."""
        self._listed[name] = self._listed.get(name, {}) | entry

    def listed(self) -> list[dict[str, Any]]:
        """Every model as the hub lists it, in the order in which they were added."""
        entries = {
            name: listed_files(name, repository.commit, repository.files)
            | {"gated": "manual" if repository.token else False}
            for name, repository in self.repositories["models"].items()
        }
        for name, changes in self._listed.items():
            entries[name] = entries.get(name, {}) | changes
        return list(entries.values())

    def move_dataset(self, name: str, files: Mapping[str, bytes]) -> Repository:
        """Let `main` move to another commit as soon as its present one has been asked for."""
        self._moves[name] = Repository(name, dict(files))
        return self._moves[name]

    def misbehave(self, path_part: str, *faults: Fault, times: int = 1) -> None:
        """Answer requests whose path has this part with each of the faults, so many times over."""
        self._faults.append((path_part, [*faults] * times))

    def behave(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    def next_fault(self, path: str) -> Fault:
        for part, faults in self._faults:
            if part in path and faults:
                return faults.pop(0)
        return Fault()

    def at(self, kind: str, name: str, revision: str | None) -> Repository | None:
        """The repository at a commit, or at the tip of `main`."""
        earlier = self._earlier.get(revision or "")
        return earlier or self.repositories[kind].get(name)

    def looked_at(self, kind: str, name: str) -> None:
        """Called after the commit of `main` was answered."""
        if kind == "datasets" and name in self._moves:
            before = self.repositories[kind][name]
            self._earlier[before.commit] = before
            self.repositories[kind][name] = self._moves.pop(name)

    def _add(self, kind: str, repository: Repository) -> Repository:
        self.repositories[kind][repository.name] = repository
        return repository

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.is_closing.set()
        super().__exit__(kind, error, trace)


class _RefusedError(Exception):
    """An answer that the clients turn into one of their exceptions by its code."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class _Handler(BaseHTTPRequestHandler):
    hub: StandInHub
    fault = Fault()
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_GET  # noqa: N815 - names that http.server looks for
    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """The test's output stays its own."""

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requested.append(path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        self.fault = self.hub.next_fault(path)
        if self.fault.is_silent:
            self.hub.is_closing.wait()
            self.close_connection = True
            return
        if self.fault.status:
            self._send(HTTPStatus(self.fault.status), b"", self.fault.headers)
            return
        try:
            if path == _LIST:
                self._send_list()
            elif match := _FILE.fullmatch(path):
                self._send_file(match)
            elif match := _ROUTE.fullmatch(path):
                self._send_json(self._described(match, body))
            else:
                raise _RefusedError(HTTPStatus.NOT_FOUND, "", "There is no such page.")
        except _RefusedError as refusal:
            headers = {"X-Error-Code": refusal.code, "X-Error-Message": refusal.message}
            self._send(refusal.status, b"", headers if refusal.code else {})

    def _send_list(self) -> None:
        try:
            page, next_page = page_of(self.hub.listed(), urlsplit(self.path).query)
        except BadQueryError as error:
            raise _RefusedError(error.status, "", str(error)) from error
        link = {"Link": f'<{self.hub.url}{_LIST}?{next_page}>; rel="next"'} if next_page else {}
        body = json.dumps(page).encode()
        self._send(HTTPStatus.OK, body, {"Content-Type": "application/json", **link})

    def _described(self, match: re.Match[str], body: str) -> Any:
        repository = self._repository(match["kind"], match["repository"], match["revision"])
        path = match["path"] or ""
        if match["verb"] == "tree":
            self._allow(repository)
            entries = repository.entries(path)
            if path and not entries:
                raise _RefusedError(HTTPStatus.NOT_FOUND, "EntryNotFound", f"There is no {path}.")
            return entries
        if match["verb"] == "paths-info":
            self._allow(repository)
            there = {entry["path"]: entry for entry in repository.entries()}
            return [there[path] for path in _paths(body) if path in there]
        self.hub.looked_at(match["kind"], match["repository"])
        return {
            "_id": repository.commit,
            "id": repository.name,
            "sha": repository.commit,
            "private": False,
            "gated": "manual" if repository.token else False,
            "disabled": False,
            "downloads": 0,
            "likes": 0,
            "tags": [],
            "lastModified": "2024-01-01T00:00:00.000Z",
            "createdAt": "2024-01-01T00:00:00.000Z",
            "siblings": [{"rfilename": path} for path in sorted(repository.files)],
        }

    def _send_file(self, match: re.Match[str]) -> None:
        kind = "datasets" if match["kind"] else "models"
        repository = self._repository(kind, match["repository"], match["revision"])
        self._allow(repository)
        content = repository.files.get(match["path"])
        if content is None:
            message = f"There is no {match['path']}."
            raise _RefusedError(HTTPStatus.NOT_FOUND, "EntryNotFound", message)
        headers = {"X-Repo-Commit": repository.commit, "ETag": f'"{etag(content)}"'}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted is None:
            self._send(HTTPStatus.OK, content, headers)
            return
        first, last = int(wanted[1]), min(int(wanted[2] or len(content)), len(content) - 1)
        headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        self._send(HTTPStatus.PARTIAL_CONTENT, content[first : last + 1], headers)

    def _repository(self, kind: str, name: str, revision: str | None) -> Repository:
        repository = self.hub.at(kind, name, revision)
        if repository is None:
            # What the hub answers to strangers: it does not tell private from missing.
            message = "Repository not found"
            raise _RefusedError(HTTPStatus.UNAUTHORIZED, "RepoNotFound", message)
        if revision not in (None, BRANCH, repository.commit):
            message = f"Invalid rev id: {revision}"
            raise _RefusedError(HTTPStatus.NOT_FOUND, "RevisionNotFound", message)
        return repository

    def _allow(self, repository: Repository) -> None:
        given = self.headers.get("Authorization")
        if repository.token is not None and given != f"Bearer {repository.token}":
            message = f"Access to {repository.name} is restricted."
            raise _RefusedError(HTTPStatus.FORBIDDEN, "GatedRepo", message)

    def _send_json(self, content: Any) -> None:
        body = json.dumps(content).encode()
        self._send(HTTPStatus.OK, body, {"Content-Type": "application/json"})

    def _send(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(body)

    def _send_body(self, body: bytes) -> None:
        if self.fault.flips:
            body = bytes([body[0] ^ 1]) + body[1:]
        if self.fault.cut_after is not None:
            self.wfile.write(body[: self.fault.cut_after])
            # Without waiting for what the client has not read: a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.shutdown(socket.SHUT_WR)
            self.close_connection = True
            return
        if not self.fault.drips:
            self.wfile.write(body)
            return
        with suppress(ConnectionError):
            for byte in body:
                if self.hub.is_closing.wait(0.01):
                    return
                self.wfile.write(bytes([byte]))


def _paths(body: str) -> list[str]:
    """Clients send the paths as JSON or as a form."""
    if body.startswith("{"):
        paths = json.loads(body)["paths"]
        return [paths] if isinstance(paths, str) else paths
    return parse_qs(body).get("paths", [])


def etag(content: bytes) -> str:
    """Git's hash of a file."""
    blob = b"blob %d\0" % len(content) + content
    return hashlib.sha1(blob, usedforsecurity=False).hexdigest()
