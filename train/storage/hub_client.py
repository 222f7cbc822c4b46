"""Talks to the model hub with patience, within bounds of time and speed, and checks what it sends.

The hub's own library neither limits the time of a request nor tries most of them again. So it gets
an HTTP client that does: every answer and every file has a time, which grows with the bytes that
arrive, and new attempts have to fit into it.
"""

import contextvars
import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

_TRIED_AGAIN = {408, 429, 500, 502, 503, 504}
_FILE = re.compile(r"/resolve/[^/]+/")
_LONGEST_PAUSE_SECONDS = 10.0
_deadline: contextvars.ContextVar[float | None] = contextvars.ContextVar("deadline", default=None)


class HubError(Exception):
    """The hub did not give what it was asked for; the message says what it did instead."""


class _CutOffError(HubError):
    """An answer, other than a file, ended too early."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for the hub."""

    connect_seconds: float = 10.0
    silence_seconds: float = 20.0
    """Without a single byte, before the request is made again."""
    answer_seconds: float = 60.0
    """For an answer or a file with all attempts, beside the time for its bytes."""
    bytes_per_second: float = 100_000.0
    """The least speed: a file of N bytes has N / bytes_per_second more seconds."""
    wait_seconds: float = 300.0
    """The longest that the hub may ask to wait (Retry-After), all times together."""
    pause_seconds: float = 0.5
    """Before the second attempt; it doubles with each further one."""
    connections: int = 3
    """Attempts where nothing listens at all."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """All requests that this context makes end in this time, or raise HubError."""
    outer, own = _deadline.get(), time.monotonic() + seconds
    token = _deadline.set(own if outer is None else min(own, outer))
    try:
        yield
    finally:
        _deadline.reset(token)


class PatientClient(httpx.Client):
    """See the module. Its requests only read, so that each may be made again."""

    def __init__(self, patience: Patience, **settings: Any) -> None:
        super().__init__(**settings)
        self._patience = patience

    def send(self, request: httpx.Request, *, stream: bool = False, **how: Any) -> httpx.Response:
        """As httpx.Client.send. Raises HubError."""
        patience = self._patience
        # The library asks for no limits at all.
        request.extensions["timeout"] = {
            "connect": patience.connect_seconds,
            "read": patience.silence_seconds,
            "write": patience.silence_seconds,
            "pool": patience.answer_seconds,
        }
        is_file = _FILE.search(request.url.path) is not None
        if is_file:
            # A part of a packed file cannot be asked for, and its hash is that of the content.
            request.headers["Accept-Encoding"] = "identity"
        bound = _Bound(patience)

        def answer(asked: httpx.Request) -> httpx.Response:
            return self._answer(asked, bound, how)

        while True:
            response = answer(request)
            response.stream = _Body(response, request, answer, bound)
            if stream:
                return response
            try:
                response.read()
                return response
            except _CutOffError:
                bound.pause(None)
            finally:
                response.close()

    def _answer(
        self, request: httpx.Request, bound: "_Bound", how: dict[str, Any]
    ) -> httpx.Response:
        """The first answer that is not one of a busy or broken server; its body is not read."""

        def send() -> httpx.Response:
            return super(PatientClient, self).send(request, stream=True, **how)

        while True:
            asked_to_wait = None
            try:
                response = _watched(send, bound.seconds_left())
            except httpx.TransportError as error:
                bound.failed(_deed(error), is_connected=not isinstance(error, httpx.ConnectError))
            except TimeoutError:
                bound.failed()
            else:
                if response.status_code not in _TRIED_AGAIN:
                    return response
                response.close()
                asked_to_wait = _retry_after_seconds(response)
                bound.failed(f"answered {response.status_code} ({response.reason_phrase})")
            bound.pause(asked_to_wait)


class _Bound:
    """The time of one request with all its attempts."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._started = time.monotonic()
        self._latest = _deadline.get()
        """When the context ends in which the request is made."""
        self._waited = 0.0
        self._attempts = 0
        self._deed = "did not answer"
        self.received = 0

    def seconds_left(self) -> float:
        """Raises HubError if none are."""
        patience = self._patience
        end = self._started + patience.answer_seconds + self._waited
        end += self.received / patience.bytes_per_second
        left = min(end, end if self._latest is None else self._latest) - time.monotonic()
        if left <= 0:
            raise self.error()
        return left

    def failed(self, deed: str = "", *, is_connected: bool = True) -> None:
        """Note what the hub did, if anything. Raises HubError if it need not be asked again."""
        self._deed = deed or self._deed
        self._attempts += 1
        if not is_connected and self._attempts >= self._patience.connections:
            raise self.error()

    def pause(self, asked_seconds: float | None) -> None:
        """Wait before the next attempt, as long as the hub asks. Raises HubError if that is too
        long."""
        seconds = self._patience.pause_seconds * 2 ** (self._attempts - 1)
        seconds = min(seconds, _LONGEST_PAUSE_SECONDS)
        if asked_seconds is not None:
            self._deed += f" and asked to wait {asked_seconds:.0f} s"
            seconds = asked_seconds
            self._waited += asked_seconds
            if self._waited > self._patience.wait_seconds:
                raise self.error()
        if seconds >= self.seconds_left():
            raise self.error()
        time.sleep(seconds)

    def arrived(self, num_bytes: int) -> None:
        """Count bytes of a body. Raises HubError if they arrive too slowly."""
        self.received += num_bytes
        self._deed = "sent its bytes too slowly"
        self.seconds_left()

    def error(self) -> HubError:
        seconds = time.monotonic() - self._started
        times = f", in {self._attempts} attempts" if self._attempts > 1 else ""
        sent = f" and {self.received:,} bytes" if self.received else ""
        return HubError(f"{self._deed} (after {seconds:.0f} s{sent}{times})")


class _Body(httpx.SyncByteStream):
    """The bytes of an answer. A file that is cut off is asked for from there, and checked."""

    def __init__(
        self,
        response: httpx.Response,
        request: httpx.Request,
        answer: Callable[[httpx.Request], httpx.Response],
        bound: _Bound,
    ) -> None:
        self._stream: Any = response.stream
        self._request = request
        self._answer = answer
        self._bound = bound
        is_whole_file = (
            request.method == "GET"
            and response.status_code == httpx.codes.OK
            and _FILE.search(request.url.path) is not None
            and "Content-Encoding" not in response.headers
        )
        self._hashes = _Hashes(response) if is_whole_file else None

    def __iter__(self) -> Iterator[bytes]:
        while True:
            try:
                for chunk in self._stream:
                    self._bound.arrived(len(chunk))
                    if self._hashes is not None:
                        self._hashes.update(chunk)
                    yield chunk
                break
            except httpx.TransportError as error:
                self._stream.close()
                self._bound.failed(_deed(error))
            if self._hashes is None:
                raise _CutOffError(str(self._bound.error()))
            self._bound.pause(None)
            self._stream = self._rest()
        if self._hashes is not None:
            self._hashes.check(self._request.url.path)

    def close(self) -> None:
        self._stream.close()

    def _rest(self) -> Any:
        """The stream of what has not arrived yet."""
        received = self._bound.received
        headers = httpx.Headers(self._request.headers)
        if received:
            headers["Range"] = f"bytes={received}-"
        request = httpx.Request(
            "GET", self._request.url, headers=headers, extensions=self._request.extensions
        )
        response = self._answer(request)
        expected = httpx.codes.PARTIAL_CONTENT if received else httpx.codes.OK
        if response.status_code != expected:
            response.close()
            self._bound.failed(f"cut the file off, and then answered {response.status_code}")
            raise self._bound.error()
        return response.stream


class _Hashes:
    """The hash of a file as the hub lists it, and that of the bytes that arrive."""

    def __init__(self, response: httpx.Response) -> None:
        answers = [*response.history, response]
        linked = (answer.headers.get("X-Linked-Etag") for answer in answers)
        listed = next((etag for etag in linked if etag), response.headers.get("ETag") or "")
        self._listed = listed.removeprefix("W/").strip('"').lower()
        length = response.headers.get("Content-Length")
        self._sums: list[Any] = []
        if re.fullmatch("[0-9a-f]{64}", self._listed):
            self._sums = [hashlib.sha256()]
        elif re.fullmatch("[0-9a-f]{40}", self._listed) and length is not None:
            # Git's hash of a file. Mirrors of the hub list that of the content alone.
            git = hashlib.sha1(f"blob {int(length)}\0".encode(), usedforsecurity=False)
            self._sums = [git, hashlib.sha1(usedforsecurity=False)]

    def update(self, chunk: bytes) -> None:
        for each in self._sums:
            each.update(chunk)

    def check(self, path: str) -> None:
        """Raises HubError if the bytes are not those that are listed."""
        if self._sums and self._listed not in {each.hexdigest() for each in self._sums}:
            name = _FILE.split(path)[-1]
            raise HubError(f"sent another content of {name} than it lists (by its hash)")


def _watched(send: Callable[[], httpx.Response], seconds: float) -> httpx.Response:
    """`send`, for at most so long: looking up a name or reading headers has no limit of its own.

    Raises TimeoutError.
    """
    answer: Future[httpx.Response] = Future()

    def run() -> None:
        # Where nobody waits any more, the answer cannot be set.
        try:
            response = send()
        except BaseException as error:
            with suppress(InvalidStateError):
                answer.set_exception(error)
            return
        try:
            answer.set_result(response)
        except InvalidStateError:
            response.close()

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run,), daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError:
        answer.cancel()
        raise


def _deed(error: httpx.TransportError) -> str:
    """What the hub did, for a sentence."""
    said = " ".join(str(error).split())[:120]
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return f"cannot be reached ({said or 'no connection in time'})"
    if isinstance(error, httpx.TimeoutException):
        return "went silent"
    if isinstance(error, httpx.RemoteProtocolError):
        return f"closed the connection too early ({said})"
    return f"broke the connection ({said})"


def _retry_after_seconds(response: httpx.Response) -> float | None:
    given = response.headers.get("Retry-After", "").strip()
    if not given:
        return None
    try:
        return max(0.0, float(given))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(given).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
