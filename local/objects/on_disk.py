"""Moves the contents of ministack's S3 from memory to disk.

ministack reads a request as a whole, keeps its body in memory as the object, and sends it as a
whole. Here a large body goes to disk while it is received; the object refers to the file, copies
and versions of it refer to the same file, and an answer is sent from it piece by piece.

A program of the local cloud itself can put a content that is in the store already: its request
has the content's hash instead of the content.
"""

import asyncio
import base64
import hashlib
import struct
import zlib
from collections.abc import Callable, Coroutine
from typing import Any

from ministack import app
from ministack.services import s3

from local.objects.content import Content, ContentStore, StoredContent
from local.objects.multipart import complete
from local.objects.references import FILE_HEADER, REFERENCE_TYPE

# Smaller contents stay in memory.
MIN_FILE_BYTES = 16_384

_Handler = Callable[..., Coroutine[Any, Any, Any]]


def install(store: ContentStore) -> None:
    """Keep the contents of all objects in the store, as far as they are not small."""
    app._read_request_body = _to_disk(app._read_request_body, store)
    app._send_response = _from_disk(app._send_response)
    s3.handle_request = _by_reference(s3.handle_request, store)
    s3._get_object_data = _as_bytes(s3._get_object_data)
    s3._object_response_headers = _naming_file(s3._object_response_headers)
    s3.md5_hash = _md5
    s3._validate_content_md5 = _validate_md5
    s3._compute_s3_checksum = _with_checksums_of_files(s3._compute_s3_checksum)
    s3._complete_multipart_upload = lambda bucket, key, body, query, headers=None: complete(
        store, bucket, key, body, query, headers or {}
    )


def _to_disk(read: _Handler, store: ContentStore) -> _Handler:
    async def read_body(receive: Any, method: str, headers: dict[str, str]) -> Any:
        if not _is_large_object(method, headers):
            return await read(receive, method, headers)
        with store.writer() as writer:
            more, failure = True, None
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise app._RequestBodyDisconnected
                more = message.get("more_body", False)
                try:
                    if failure is None:
                        writer.write(message.get("body", b""))
                except OSError as error:
                    # The rest is received nevertheless: the client listens only at the end.
                    failure = error
            if failure is not None:
                return Unstored(failure)
            content = writer.stored()
        if len(content) != int(headers["content-length"]):
            raise app._IncompleteRequestBody("Content-Length does not match request body")
        return content

    return read_body


class Unstored(bytes):
    """An empty body in the place of one that could not be written."""

    error: OSError

    def __new__(cls, error: OSError) -> "Unstored":
        body = super().__new__(cls)
        body.error = error
        return body


def _is_large_object(method: str, headers: dict[str, str]) -> bool:
    length = headers.get("content-length", "")
    is_chunked = (
        "x-amz-decoded-content-length" in headers
        or "aws-chunked" in headers.get("content-encoding", "")
        or headers.get("x-amz-content-sha256", "").startswith("STREAMING-")
    )
    return (
        method == "PUT"
        and "/s3/aws4_request" in headers.get("authorization", "")
        and length.isdecimal()
        and int(length) >= MIN_FILE_BYTES
        and not is_chunked
    )


def _from_disk(send_response: _Handler) -> _Handler:
    async def send_body(
        send: Any, status: int, headers: dict[str, Any], body: Any, *, head: bool = False
    ) -> None:
        if not isinstance(body, Content):
            await send_response(send, status, headers, body, head=head)
            return
        headers["Content-Length"] = str(len(body))
        listed = app._asgi_header_list(headers)
        await send({"type": "http.response.start", "status": status, "headers": listed})
        for chunk in body.chunks():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_body


def _by_reference(handle: _Handler, store: ContentStore) -> _Handler:
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: Any, query: Any, **options: Any
    ) -> Any:
        if isinstance(body, Unstored):
            return _disk_full(body.error)
        if method == "POST" and "uploadId" in query:
            # In a thread, because joining gigabytes would stop all other answers.
            call = handle(method, path, headers, body, query, **options)
            try:
                return await asyncio.to_thread(asyncio.run, call)
            except OSError as error:
                return _disk_full(error)
        if method == "PUT" and headers.get("content-type") == REFERENCE_TYPE:
            found = store.find(bytes(body).decode("ascii"))
            if found is None:
                return s3._error("InvalidRequest", "There is no content of that hash here.", 400)
            headers, body = _without_checks(headers), found
        elif isinstance(body, bytes) and len(body) >= MIN_FILE_BYTES and method == "PUT":
            try:
                body = store.add(body)
            except OSError as error:
                return _disk_full(error)
        return await handle(method, path, headers, body, query, **options)

    return handle_request


def _disk_full(error: OSError) -> Any:
    # 507 rather than 500, which clients would send again and again.
    return s3._error("InternalError", f"The local cloud cannot store this: {error}", 507)


def _without_checks(headers: dict[str, str]) -> dict[str, str]:
    """The headers without those that describe the body."""
    described = ("content-type", "content-md5", "x-amz-sdk-checksum-algorithm")
    return {
        name: value
        for name, value in headers.items()
        if name not in described and not name.startswith("x-amz-checksum-")
    }


def _as_bytes(get_data: Callable[..., Any]) -> Callable[..., bytes | None]:
    def get(*arguments: Any, **options: Any) -> bytes | None:
        data = get_data(*arguments, **options)
        return bytes(data) if isinstance(data, Content) else data

    return get


def _naming_file(make_headers: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def make(record: dict[str, Any], *arguments: Any, **options: Any) -> dict[str, Any]:
        headers = make_headers(record, *arguments, **options)
        body = record.get("body")
        return headers | ({FILE_HEADER: str(body.path)} if isinstance(body, StoredContent) else {})

    return make


def _md5(body: bytes | Content) -> str:
    return _digest("md5", body).hex()


def _validate_md5(headers: dict[str, str], body: bytes | Content) -> Any:
    expected = headers.get("content-md5")
    if not expected:
        return None
    try:
        if base64.b64decode(expected, validate=True) == _digest("md5", body):
            return None
    except ValueError:
        return s3._error("InvalidDigest", "The Content-MD5 you specified is not valid.", 400)
    message = "The Content-MD5 you specified did not match what we received."
    return s3._error("BadDigest", message, 400)


def _with_checksums_of_files(compute: Callable[..., Any]) -> Callable[..., Any]:
    def compute_checksum(algorithm: str, body: bytes | Content) -> Any:
        if not isinstance(body, Content):
            return compute(algorithm, body)
        name = (algorithm or "").lower().replace("_", "")
        if name in ("sha1", "sha256"):
            return base64.b64encode(body.digest(name)).decode()
        if name == "crc32":
            crc = 0
            for chunk in body.chunks():
                crc = zlib.crc32(chunk, crc)
            return base64.b64encode(struct.pack(">I", crc)).decode()
        return compute(algorithm, bytes(body))

    return compute_checksum


def _digest(algorithm: str, body: bytes | Content) -> bytes:
    if isinstance(body, Content):
        return body.digest(algorithm)
    return hashlib.new(algorithm, body, usedforsecurity=False).digest()
