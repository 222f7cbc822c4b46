"""Every error that Bakeoff raises.

BakeoffError
├── RequestError              the request is wrong; carries every problem found
├── SettingsError             the deployment's settings are wrong
├── ExecutionInputError       the execution was started by something other than S3's event
├── DocumentError             a document stored by an earlier step is not what that step writes
├── StorageError              an object could not be read or written
│   ├── ObjectNotFoundError   there is no such object
│   └── AlreadyExistsError    the object was to be created, and is there
├── ServiceError              another AWS service refused or could not be reached
├── RunFailedError            a run ended without a comparison; carries its problems
├── ResultsError              results are missing, incomplete or not what was asked for
├── StillRunningError         a run has not ended yet
└── MissingPackageError       a package is needed that is not installed
"""

from collections.abc import Sequence
from dataclasses import dataclass


class BakeoffError(Exception):
    """Anything that Bakeoff itself reports as wrong."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a request or its data."""

    field: str
    """Where: a path such as `models[1].hyperparameters.learning_rate`."""
    problem: str
    """What is wrong, with the value."""
    remedy: str
    """What to do."""

    def to_dict(self) -> dict[str, str]:
        return {"field": self.field, "problem": self.problem, "remedy": self.remedy}

    def __str__(self) -> str:
        return f"{self.field}: {self.problem} {self.remedy}"


class RequestError(BakeoffError):
    """The request cannot be carried out as it is; `problems` holds all that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SettingsError(BakeoffError):
    """The deployment's settings are missing or wrong; the message names each."""


class ExecutionInputError(BakeoffError):
    """The execution's input is not the event that S3 sends when an object is created."""


class DocumentError(BakeoffError):
    """A document in the bucket (manifest, resolved request, result) cannot be understood."""


class StorageError(BakeoffError):
    """An object could not be read or written."""


class ObjectNotFoundError(StorageError):
    """There is no such object."""


class AlreadyExistsError(StorageError):
    """The object was to be created, and is there already."""


class ServiceError(BakeoffError):
    """An AWS service other than storage refused, or could not be reached."""


class RunFailedError(BakeoffError):
    """The run ended without a comparison; `problems` holds what its error.json reports."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ResultsError(BakeoffError):
    """Results are missing, incomplete or not what was asked for."""


class StillRunningError(BakeoffError):
    """The run has not ended yet, or not within the time that the caller would wait."""


class MissingPackageError(BakeoffError, ImportError):
    """A package is needed that the base installation leaves out; the message says which."""
