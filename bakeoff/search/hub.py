"""The hub's list of models, by its own client library; nothing else here asks the hub."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from huggingface_hub import HfApi, get_session, set_client_factory
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled
from huggingface_hub.hf_api import ModelInfo

from bakeoff.errors import HubError, HubRefusedError
from bakeoff.quoting import printable
from bakeoff.request.model_search import ModelSearch
from bakeoff.search.hub_entry import HubEntry
from bakeoff.search.search_outcome import SearchOutcome
from bakeoff.search.selection import select
from bakeoff.search.unsuitable import Limits

DEFAULT_ENDPOINT = "https://huggingface.co"
NUM_LISTED = (200, 1000, 2000)
"""How many models to ask for, each number where the one before was not enough."""

_EXPANDED = [
    "config",
    "createdAt",
    "disabled",
    "downloads",
    "gated",
    "lastModified",
    "library_name",
    "likes",
    "pipeline_tag",
    "private",
    "safetensors",
    "sha",
    "siblings",
    "tags",
    "trendingScore",
]
_LIST = "/api/models"
_BILLION = 10**9
_TRIED_AGAIN = {408, 429, 500, 502, 503, 504}
_REFUSED = {400, 401, 403, 404}
_MAX_TAGS, _MAX_FILES, _MAX_TEXT, _MAX_NUMBER = 1000, 10_000, 256, 10**15


@dataclass(frozen=True)
class Patience:
    """How long to wait for one answer of the hub."""

    connect_seconds: float = 10.0
    silence_seconds: float = 30.0
    """Without a single byte."""
    pauses_seconds: tuple[float, ...] = (1.0, 4.0, 10.0)
    """Before each further attempt."""
    longest_pause_seconds: float = 30.0
    """The longest that the hub may ask to wait (Retry-After)."""


class Hub:
    """The model hub at `endpoint`."""

    def __init__(
        self,
        endpoint: str,
        token: str | bool | None,
        sleep: Callable[[float], None],
        patience: Patience | None = None,
    ) -> None:
        """`token`: False for none; None for the one that this machine has, if any."""
        self._endpoint = endpoint or DEFAULT_ENDPOINT
        self._token = token
        self._sleep = sleep
        self._patience = patience or Patience()

    def search(self, limits: Limits) -> SearchOutcome:
        """The models that meet the limits. Raises HubError."""
        for number in NUM_LISTED:
            entries = self.models(limits.query, number)
            outcome = select(entries, limits)
            if len(outcome.found) == limits.query.limit or len(entries) < number:
                break
        return outcome

    def models(self, query: ModelSearch, number: int) -> list[HubEntry]:
        """The first models that the hub lists for the query, at most `number`. Raises HubError."""
        # The library's client has no limits of time and tries the first page once.
        hooks = get_session().event_hooks
        set_client_factory(lambda: _PatientClient(self._patience, self._sleep, event_hooks=hooks))
        api = HfApi(self._endpoint, token=self._token)
        with self._errors():
            listed = api.list_models(**asked_for(query), limit=number, expand=_EXPANDED)  # type: ignore[arg-type]
            return [entry_of(model) for model in listed]

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turns the library's errors into a sentence."""
        hub = f"The model hub at {self._endpoint}"
        try:
            yield
        except HfHubHTTPError as error:
            status = error.response.status_code
            said = f"{hub} answered {status}: {printable(str(error), 200)}"
            if status not in _REFUSED:
                raise HubError(f"{said} Try again later.") from error
            token = "Check the hub token." if status in (401, 403) else "Check the search."
            raise HubRefusedError(f"{said} {token}") from error
        except OfflineModeIsEnabled as error:
            raise HubRefusedError(f"{hub} is not asked: HF_HUB_OFFLINE is set.") from error
        except httpx.HTTPError as error:
            said = printable(str(error) or type(error).__name__, 200)
            raise HubError(f"{hub} cannot be reached: {said}. Try again later.") from error
        except (LookupError, TypeError, ValueError) as error:
            # An answer in another form than the library expects.
            said = printable(repr(error), 200)
            raise HubError(f"{hub} gave an answer that cannot be read: {said}") from error


def asked_for(query: ModelSearch) -> dict[str, Any]:
    """The part of the query that the hub itself answers, as arguments of HfApi.list_models."""
    tags = [tag for tag in (query.language, query.library) if tag is not None]
    return {
        "filter": tags or None,
        "author": query.author,
        "search": query.text,
        "pipeline_tag": query.task,
        "num_parameters": _size_range(query),
        "sort": query.sort,
    }


def _size_range(query: ModelSearch) -> str | None:
    """The sizes in whole billions, which are the hub's steps; the rest is sorted out later."""
    parts = []
    if query.min_parameters is not None and query.min_parameters >= _BILLION:
        parts.append(f"min:{query.min_parameters // _BILLION}B")
    if query.max_parameters is not None:
        parts.append(f"max:{-(-query.max_parameters // _BILLION)}B")
    return ",".join(parts) or None


def entry_of(model: ModelInfo) -> HubEntry:
    """The entry without what is of another type than it should be, or too long."""
    config: Mapping[str, Any] = model.config if isinstance(model.config, Mapping) else {}
    tags = _texts(model.tags, _MAX_TAGS)
    files = [getattr(each, "rfilename", None) for each in model.siblings or []]
    return HubEntry(
        id=str(model.id),
        commit=_text(model.sha),
        tags=tags,
        files=None if model.siblings is None else _texts(files, _MAX_FILES),
        model_type=_text(config.get("model_type")),
        pipeline_tag=_text(model.pipeline_tag),
        library=_text(model.library_name),
        num_parameters=_number(model.safetensors.total) if model.safetensors else None,
        downloads=_number(model.downloads) or 0,
        likes=_number(model.likes) or 0,
        trending_score=_number(model.trending_score) or 0,
        created=model.created_at.isoformat() if model.created_at else "",
        modified=model.last_modified.isoformat() if model.last_modified else "",
        is_gated=bool(model.gated),
        is_hidden=bool(model.private or model.disabled),
        is_quantised=bool(config.get("quantization_config")),
        has_own_code="custom_code" in tags or bool(config.get("auto_map")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _MAX_TEXT else None


def _texts(values: object, at_most: int) -> frozenset[str]:
    listed = values[:at_most] if isinstance(values, list) else []
    return frozenset(text for value in listed if (text := _text(value)))


def _number(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value < _MAX_NUMBER else None


class _PatientClient(httpx.Client):
    """Gives each request limits of time, and makes it again where the hub is busy or away."""

    def __init__(self, patience: Patience, sleep: Callable[[float], None], **settings: Any) -> None:
        super().__init__(follow_redirects=True, **settings)
        self._patience = patience
        self._sleep = sleep

    def send(self, request: httpx.Request, **how: Any) -> httpx.Response:
        if not request.url.path.endswith(_LIST):
            # What else the library asks for it can do without.
            return super().send(request, **how)
        patience = self._patience
        # The library asks for no limits at all.
        request.extensions["timeout"] = {
            "connect": patience.connect_seconds,
            "read": patience.silence_seconds,
            "write": patience.silence_seconds,
            "pool": patience.silence_seconds,
        }
        for pause in patience.pauses_seconds:
            asked = pause
            try:
                response = super().send(request, **how)
            except httpx.TransportError:
                pass
            else:
                if response.status_code not in _TRIED_AGAIN:
                    return response
                asked = max(pause, _retry_after_seconds(response))
                response.close()
            self._sleep(min(asked, patience.longest_pause_seconds))
        return super().send(request, **how)


def _retry_after_seconds(response: httpx.Response) -> float:
    given = response.headers.get("Retry-After", "")
    return float(given) if given.isascii() and given.isdigit() else 0.0
