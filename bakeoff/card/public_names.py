"""What data and models are called on a card, which may become public: no bucket, no folders."""

from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary

_S3 = "s3://"


def data_name(summary: Summary) -> str:
    """The data set's id on the hub, or the name of its file or folder."""
    return _without_place(summary.conditions.dataset)


def model_name(candidate: CandidateSummary) -> str:
    """The base model's id on the hub, or the name of its folder, before it was uploaded too."""
    if not candidate.model.startswith(_S3):
        return candidate.model
    return _last_part(candidate.requested_as) or _last_part(candidate.model)


def _without_place(text: str) -> str:
    return _last_part(text) if text.startswith(_S3) else text


def _last_part(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[-1]
