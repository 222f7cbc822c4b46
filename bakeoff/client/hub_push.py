"""Puts a model's folder on the hub, by the hub's own client; nothing else here writes there.

The token is that of the user's environment or login, as the client finds it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from huggingface_hub import HfApi
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    LocalTokenNotFoundError,
    OfflineModeIsEnabled,
)

from bakeoff.card.metadata import is_hub_id
from bakeoff.errors import HubError, HubRefusedError
from bakeoff.quoting import printable

_LOG_IN = "log in with `hf auth login`, or set HF_TOKEN to a token that may write"
_REFUSED = {400, 401, 403, 404, 409}


def push_folder(folder: Path, repository: str, *, is_private: bool, endpoint: str | None) -> str:
    """Creates the repository unless it is there, and puts all files of the folder into it as one
    commit; returns its address.

    Args:
        is_private: of a new repository.
        endpoint: the hub's address; None: the usual one.

    Raises HubRefusedError, with a remedy, if the hub refuses, and HubError if it cannot be reached.
    """
    if repository.count("/") != 1:
        raise _no_name(repository)
    api = HfApi(endpoint)
    with _errors(api, repository):
        created = api.create_repo(repository, private=is_private, exist_ok=True)
        api.upload_folder(
            repo_id=created.repo_id,
            folder_path=folder,
            commit_message="Add the model and its card",
            # Made by using the model, or by an editor.
            ignore_patterns=["**/__pycache__/**", "**/.*"],
        )
    return str(created)


def license_of(model: str, endpoint: str | None) -> str | None:
    """The licence that the hub lists for a model; None if it lists none or cannot be asked."""
    if not is_hub_id(model):
        return None
    try:
        tags = HfApi(endpoint).model_info(model, timeout=10.0).tags or []
    except (HfHubHTTPError, HFValidationError, OfflineModeIsEnabled, httpx.HTTPError, OSError):
        return None
    prefix = "license:"
    return next((tag.removeprefix(prefix) for tag in tags if tag.startswith(prefix)), None)


def endpoint_of_environment() -> str | None:
    return os.environ.get("HF_ENDPOINT") or None


@contextmanager
def _errors(api: HfApi, repository: str) -> Iterator[None]:
    hub = f"The model hub at {api.endpoint}"
    try:
        yield
    except LocalTokenNotFoundError as error:
        raise HubRefusedError(f"{hub} takes no model without a token: {_LOG_IN}.") from error
    except HFValidationError as error:
        raise _no_name(repository) from error
    except HfHubHTTPError as error:
        raise _refusal(hub, repository, error) from error
    except OfflineModeIsEnabled as error:
        raise HubError(f"{hub} cannot be asked offline: unset HF_HUB_OFFLINE.") from error
    except (httpx.HTTPError, OSError) as error:
        raise HubError(
            f"{hub} cannot be reached ({type(error).__name__}): try again later."
        ) from error


def _no_name(repository: str) -> HubRefusedError:
    return HubRefusedError(
        f"{printable(repository)} cannot name a repository: write OWNER/NAME, in letters, digits, "
        "hyphens, dots and underscores."
    )


def _refusal(hub: str, repository: str, error: HfHubHTTPError) -> HubError:
    status = error.response.status_code
    said = f"{hub} answered {status}"
    if status == 401:
        return HubRefusedError(f"{said}: {_LOG_IN}.")
    if status == 403:
        owner = repository.partition("/")[0]
        return HubRefusedError(
            f"{said}: the token may not write to {printable(owner)}: {_LOG_IN} there."
        )
    text = printable(error.server_message or str(error), 200)
    if status in _REFUSED:
        return HubRefusedError(f"{said}: {text}")
    return HubError(f"{said}: {text}. Try again later.")
