"""The model hub and its token, and one sentence for each of its errors."""

import os
from collections.abc import Mapping

from huggingface_hub import HfApi
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

from storage.error_text import one_line
from storage.s3 import read_secret

SECRET_VARIABLE = "HUB_TOKEN_SECRET_ARN"  # noqa: S105 - the name of a variable
_ACCESS_REMEDY = "allow the deployment's hub token to read it (hub_token_secret_arn)"


class Hub:
    """The hub at HF_ENDPOINT; without a `token` only public repositories are accessible."""

    def __init__(self, token: str | None) -> None:
        # False, not None: None would look for a token on the machine.
        self.token: str | bool = token or False
        self._api = HfApi(token=self.token)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Hub":
        """Raises s3.UnreadableError if a secret is configured but cannot be read."""
        arn = environ.get(SECRET_VARIABLE)
        return cls(read_secret(arn) if arn else None)

    def model_commit(self, model: str, revision: str | None) -> str:
        """The current commit of the revision, or the newest one without a revision."""
        return str(self._api.model_info(model, revision=revision).sha)

    def dataset_commit(self, dataset: str, revision: str | None) -> str:
        return str(self._api.dataset_info(dataset, revision=revision).sha)


def refusal(what: str, error: BaseException) -> str | None:
    """A sentence if the hub raised `error` or could not be reached; None for other errors."""
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
        endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
        return f"The hub at {endpoint} cannot be reached for {what}: {one_line(error)}"
    return None
