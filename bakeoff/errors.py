"""Every error that Bakeoff raises.

BakeoffError
├── RequestError              the request is invalid; holds every problem found
├── SettingsError             the deployment's settings are invalid
├── ExecutionInputError       the execution was not started by an S3 event
├── DocumentError             a document stored by an earlier step is invalid
├── StorageError              an object could not be read or written
│   ├── ObjectNotFoundError   the object does not exist
│   ├── BrokenArchiveError    an archive is incomplete, or the object is no archive
│   └── AlreadyExistsError    the object to create already exists
├── ServiceError              another AWS service refused a call or could not be reached
│   ├── NoAwsError            this machine names no region of AWS, or has no credentials
│   ├── FunctionFailedError   one of the service's own functions failed
│   └── LocalCloudEndedError  the local cloud has ended before the run did
├── HubError                  the model hub cannot be reached or refused an answer
│   └── HubRefusedError       it would refuse it again: the token or the query is wrong
├── RunFailedError            a run ended without a comparison; holds its problems
├── ResultsError              results are missing, incomplete or not those requested
├── StillRunningError         a run has not ended yet
├── ModelError                a trained model cannot be used
└── MissingPackageError       a required package is not installed
"""

from collections.abc import Sequence
from dataclasses import dataclass


class BakeoffError(Exception):
    """The base of all errors that Bakeoff raises itself."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a request or its data."""

    field: str
    """The path of the field, such as `models[1].hyperparameters.learning_rate`."""
    problem: str
    """What is wrong, with the value."""
    remedy: str
    """How to correct it."""

    def to_dict(self) -> dict[str, str]:
        return {"field": self.field, "problem": self.problem, "remedy": self.remedy}

    def __str__(self) -> str:
        return f"{self.field}: {self.problem} {self.remedy}"


class RequestError(BakeoffError):
    """The request is invalid; `problems` holds everything that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SettingsError(BakeoffError):
    """Settings of the deployment are missing or invalid; the message names each."""


class ExecutionInputError(BakeoffError):
    """The execution's input is not the event that S3 sends when an object is created."""


class DocumentError(BakeoffError):
    """A document in the bucket (manifest, resolved request, result) cannot be parsed."""


class StorageError(BakeoffError):
    """An object could not be read or written."""


class ObjectNotFoundError(StorageError):
    """The object does not exist."""


class BrokenArchiveError(StorageError):
    """The object is not a complete archive; reading it again will not help."""


class AlreadyExistsError(StorageError):
    """The object to create already exists."""


class ServiceError(BakeoffError):
    """An AWS service other than storage refused a call or could not be reached."""


class NoAwsError(ServiceError):
    """This machine is not set up for AWS: it names no region, or has no credentials."""


class FunctionFailedError(ServiceError):
    """One of the service's own functions failed; the message says why."""


class LocalCloudEndedError(ServiceError):
    """The local cloud has ended before the run did; the message says what is kept."""


class HubError(BakeoffError):
    """The model hub cannot be reached, is busy, or answers what cannot be read."""


class HubRefusedError(HubError):
    """The model hub refused to answer, and would again: the token or the query is wrong."""


class RunFailedError(BakeoffError):
    """The run ended without a comparison; `problems` holds what its error.json reports."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ResultsError(BakeoffError):
    """Results are missing, incomplete or not those requested."""


class ModelError(BakeoffError):
    """A trained model is not there, cannot be loaded, or cannot answer; the message says why."""


class StillRunningError(BakeoffError):
    """The run has not ended yet, or not within the time that the caller allows."""


class MissingPackageError(BakeoffError, ImportError):
    """A package outside the base installation is needed; the message names it."""
