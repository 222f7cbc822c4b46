"""What is wrong with the data, in the form that the comparison's error.json has."""

import difflib
import errno
from collections.abc import Sequence
from dataclasses import asdict, dataclass

# Comparing names takes time that grows with their lengths.
_MAX_NAME = 100


@dataclass(frozen=True)
class Problem:
    """`field` is the request's field to look at, `remedy` what to do."""

    field: str
    problem: str
    remedy: str

    def to_dict(self) -> dict[str, str]:
        return asdict(self)


class DataError(Exception):
    """The data cannot be trained on; `problems` holds all that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{p.field}: {p.problem}" for p in self.problems))

    @classmethod
    def of(cls, field: str, problem: str, remedy: str) -> "DataError":
        return cls([Problem(field, problem, remedy)])


class FileError(ValueError):
    """A data file cannot be read as rows; the message names the file and the place in it."""

    def __init__(self, problem: str, remedy: str = "Mend the file.") -> None:
        self.remedy = remedy
        super().__init__(problem)


def full_disk(field: str, error: BaseException) -> DataError | None:
    """The problem if `error` comes from a full disk, for which the data cannot help."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno == errno.ENOSPC:
            problem = "The disk of the job that prepares the data is full."
            remedy = "Give less data, or let the deployment have a greater processing_volume_gb."
            return DataError.of(field, problem, remedy)
        cause = cause.__cause__ or cause.__context__
    return None


def meant(name: str, columns: Sequence[str]) -> str:
    """A question that offers the column with the nearest name, with a space behind; empty if none
    is near."""
    by_name = {column.lower()[:_MAX_NAME]: column for column in columns}
    nearest = difflib.get_close_matches(name.lower()[:_MAX_NAME], by_name, n=1)
    return f"Did you mean {shown([by_name[nearest[0]]])}? " if nearest else ""


def shown(values: Sequence[object], limit: int = 10) -> str:
    """Values for a message: the first few, each cut to a sane length."""
    texts = [repr(value)[:60] for value in values[:limit]]
    more = f" and {len(values) - limit} more" if len(values) > limit else ""
    return ", ".join(texts) + more
