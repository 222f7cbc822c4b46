"""Lets only programs that know the cloud's secret reach the emulator.

The emulator runs code as the user and answers whoever asks: without this, a page in the user's
browser could reach it, and so could every other user of the machine. So each request needs AWS's
signature, made with the secret of this cloud or with credentials that the emulator itself has
issued. Browsers are turned away before that: by the `Origin` header that they add, and by the
`Host` header of a page whose own host name was made to point to this machine.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from local.host.health import READY_PATH

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
Application = Callable[[Any, _Receive, _Send], Awaitable[None]]

Secrets = Callable[[str, str], str | None]
"""The secret of an access key, given the session token that came with it; None if there is none."""

_ALGORITHM = "AWS4-HMAC-SHA256 "
_CONTENT_HASH = "x-amz-content-sha256"
# The stack's policies demand TLS, which protects requests on a network; here there is none.
_AS_ON_AWS = (b"x-forwarded-proto", b"https")


class RefusedError(Exception):
    """A request is not passed on; `code` is one of AWS's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Gate:
    """An ASGI application in front of the emulator's."""

    def __init__(self, application: Application, port: int, secret_of: Secrets) -> None:
        self._application = application
        self._secret_of = secret_of
        # With the name localhost, S3's clients put the bucket in front of it.
        self._own_host = re.compile(rf"(?:[a-z0-9.-]+\.)?localhost:{port}|127\.0\.0\.1:{port}")

    async def __call__(self, scope: Any, receive: _Receive, send: _Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http":
            try:
                receive = await self._checked(scope, receive)
                scope = {**scope, "headers": [*scope["headers"], _AS_ON_AWS]}
            except RefusedError as refusal:
                await _answer(refusal, scope, send)
                return
        elif scope["type"] != "lifespan":
            # Nothing here speaks over WebSockets, which browsers may open to any host.
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await self._application(scope, receive, send)

    async def _checked(self, scope: Any, receive: _Receive) -> _Receive:
        """What the emulator reads the body from. Raises RefusedError."""
        headers = _headers(scope)
        if "origin" in headers:
            raise RefusedError("AccessDenied", "The local cloud answers no web pages.")
        if not self._own_host.fullmatch(headers.get("host", "").lower()):
            raise RefusedError("AccessDenied", "The local cloud has another host name.")
        if scope["path"] == READY_PATH:
            return receive
        # S3's clients send a hash of the body, which may be large; others do not.
        if _CONTENT_HASH in headers:
            self._check_signature(scope, headers, b"")
            return receive
        body = await _body(receive)
        self._check_signature(scope, headers, body)
        return _again(body, receive)

    def _check_signature(self, scope: Any, headers: Mapping[str, str], body: bytes) -> None:
        from ministack.core import sigv4

        if not headers.get("authorization", "").startswith(_ALGORITHM):
            raise RefusedError("MissingAuthenticationToken", "The request is not signed.")
        signature = sigv4.parse_header_signature(headers)
        if isinstance(signature, tuple):
            raise RefusedError(*signature)
        token = headers.get("x-amz-security-token", "")
        secret = self._secret_of(signature.access_key_id, token)
        if secret is None:
            raise RefusedError(
                "UnrecognizedClientException", "This cloud has not issued these credentials."
            )
        failure = sigv4.header_signature_failure(
            signature,
            secret,
            scope["method"],
            scope["raw_path"].decode("latin-1"),
            parse_qs(scope["query_string"].decode(), keep_blank_values=True),
            headers,
            body,
        )
        if failure is not None:
            raise RefusedError(*failure)


def issued_secrets(account: str) -> Secrets:
    """The secrets of the account itself, of its users and of the roles that were assumed."""
    from ministack.core.iam_evaluator import ResolvedCredential, resolve_credential

    def secret_of(access_key: str, token: str) -> str | None:
        found = resolve_credential(access_key, account, token)
        return found.secret_access_key if isinstance(found, ResolvedCredential) else None

    return secret_of


def _headers(scope: Any) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, value in scope["headers"]:
        name, text = raw_name.decode("latin-1").lower(), value.decode("latin-1")
        headers[name] = f"{headers[name]},{text}" if name in headers else text
    return headers


async def _body(receive: _Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: _Receive) -> _Receive:
    """Reads a body that was read before, and then what comes after it."""
    left: list[_Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read() -> _Message:
        return left.pop() if left else await receive()

    return read


async def _answer(refusal: RefusedError, scope: Any, send: _Send) -> None:
    """Answer as AWS would, in the format that the service's clients read."""
    headers = _headers(scope)
    if "x-amz-target" in headers or "json" in headers.get("content-type", ""):
        content_type = "application/x-amz-json-1.1"
        body = json.dumps({"__type": refusal.code, "message": str(refusal)})
    else:
        content_type = "text/xml"
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{refusal.code}</Code>"
            f"<Message>{escape(str(refusal))}</Message></Error></ErrorResponse>"
        )
    answer_headers = [
        (b"content-type", content_type.encode()),
        (b"x-amzn-errortype", refusal.code.encode()),
    ]
    status = HTTPStatus.FORBIDDEN
    await send({"type": "http.response.start", "status": status, "headers": answer_headers})
    await send({"type": "http.response.body", "body": body.encode()})
