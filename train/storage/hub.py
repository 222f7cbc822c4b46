"""The model hub and its token, and one sentence for each of its errors."""

import os
import shutil
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi, get_session, set_client_factory
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoFile

from storage.error_text import one_line
from storage.hub_client import HubError, Patience, PatientClient, within
from storage.s3 import read_secret

SECRET_VARIABLE = "HUB_TOKEN_SECRET_ARN"  # noqa: S105 - the name of a variable
_FILES_AT_ONCE = 8
_SIZES_AT_ONCE = 500
"""The hub takes fewer than 1,000."""
_ACCESS_REMEDY = "allow the deployment's hub token to read it (hub_token_secret_arn)"


class Hub:
    """The hub at HF_ENDPOINT; without a `token` only public repositories are accessible.

    From then on, the hub's library and those built on it ask the hub with this patience.
    """

    def __init__(
        self, token: str | None, patience: Patience | None = None, endpoint: str | None = None
    ) -> None:
        # False, not None: None would look for a token on the machine.
        self.token: str | bool = token or False
        self.patience = patience or Patience()
        hooks = _library_hooks()
        set_client_factory(
            lambda: PatientClient(self.patience, event_hooks=hooks, follow_redirects=True)
        )
        self._api = HfApi(endpoint, token=self.token)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Hub":
        """Raises s3.UnreadableError if a secret is configured but cannot be read."""
        arn = environ.get(SECRET_VARIABLE)
        return cls(read_secret(arn) if arn else None)

    def model_commit(self, model: str, revision: str | None) -> str:
        """The current commit of the revision, or the newest one without a revision."""
        return str(self._api.model_info(model, revision=revision).sha)

    def model_files(self, model: str, commit: str | None) -> dict[str, int]:
        """The size in bytes of each file of the repository, by its path."""
        there = self._api.list_repo_tree(model, revision=commit, recursive=True)
        return {entry.path: entry.size for entry in there if isinstance(entry, RepoFile)}

    def download(
        self, model: str, commit: str | None, sizes: Mapping[str, int], folder: Path
    ) -> None:
        """Download files, given with their sizes, into the folder.

        Raises HubError if the hub takes too long for all of them.
        """
        patience = self.patience

        def fetch(name: str) -> None:
            self._api.hf_hub_download(model, name, revision=commit, local_dir=folder)

        with within(patience.wait_seconds + sum(sizes.values()) / patience.bytes_per_second):
            # Each in a copy of this context, which has the deadline.
            contexts = [copy_context() for _ in sizes]
            with ThreadPoolExecutor(_FILES_AT_ONCE) as pool:
                fetched = pool.map(lambda context, name: context.run(fetch, name), contexts, sizes)
                try:
                    deque(fetched, maxlen=0)
                except HubError:
                    # The others would run into the same.
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
        shutil.rmtree(folder / ".cache", ignore_errors=True)

    def dataset_commit(self, dataset: str, revision: str | None) -> str:
        return str(self._api.dataset_info(dataset, revision=revision).sha)

    def dataset_bytes(self, dataset: str, commit: str, files: Sequence[str]) -> int:
        """The size of these files of the repository together."""
        # Not of all that it lists: it may have hundreds of thousands for other configurations.
        found = [
            entry
            for start in range(0, len(files), _SIZES_AT_ONCE)
            for entry in self._api.get_paths_info(
                dataset,
                list(files[start : start + _SIZES_AT_ONCE]),
                revision=commit,
                repo_type="dataset",
            )
        ]
        return sum(entry.size for entry in found if isinstance(entry, RepoFile))


@cache
def _library_hooks() -> dict[str, list[Callable[..., Any]]]:
    """What the hub's library does with each request, before its client is replaced."""
    return get_session().event_hooks


def hub_fault(error: BaseException | None) -> HubError | None:
    """The fault of the hub that led to the error, if any: later it may be gone."""
    while error is not None and not isinstance(error, HubError):
        error = error.__cause__ or error.__context__
    return error


def refusal(what: str, error: BaseException) -> str | None:
    """A sentence if the hub raised `error` or could not be reached; None for other errors."""
    fault = hub_fault(error)
    if fault is not None:
        return f"{what} could not be fetched: the hub at {_endpoint()} {fault}."
    causes = {
        GatedRepoError: f"{what} is gated: accept its terms on the hub and {_ACCESS_REMEDY}.",
        RevisionNotFoundError: f"{what} has no such revision on the hub.",
        RepositoryNotFoundError: f"{what} does not exist on the hub, or is private: check its id, "
        f"or {_ACCESS_REMEDY}.",
        LocalEntryNotFoundError: f"The hub cannot be reached for {what}.",
        EntryNotFoundError: f"{what} lacks a file on the hub: {one_line(error)}",
        HFValidationError: f"{what} is not a valid id of the hub: {one_line(error)}",
        OfflineModeIsEnabled: f"The hub cannot be used for {what}: HF_HUB_OFFLINE is set.",
        HfHubHTTPError: f"The hub refused {what}: {one_line(error)}",
    }
    for kind, sentence in causes.items():
        if isinstance(error, kind):
            return sentence
    if isinstance(error, ConnectionError) or type(error).__module__.startswith("httpx"):
        return f"The hub at {_endpoint()} cannot be reached for {what}: {one_line(error)}"
    return None


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co")
