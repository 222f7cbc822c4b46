"""What the files of a data set hold, for someone who is about to send a request."""

from dataclasses import dataclass, field

from documents.manifest import ProblemEntry


@dataclass(frozen=True)
class SplitLook:
    """The rows of a split, or the first of them."""

    num_rows: int
    is_whole: bool
    """Whether all rows were read."""
    columns: list[str]


@dataclass
class FirstLook:
    """The document that `check_rows.py` prints."""

    splits: dict[str, SplitLook] = field(default_factory=dict)
    problems: list[ProblemEntry] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    guessed: list[str] = field(default_factory=list)
    """`text` and `label`, where the column was found by its content alone."""
    encoding: str | None = None
    """Guessed for files that are not in UTF-8; None: none was needed, or the request gives it."""
    label_delimiter: str | None = None
    """Guessed for texts that hold several labels each."""
    task: str | None = None
    task_reason: str = ""
    labels: list[str] = field(default_factory=list)
    """The first few, in order; empty for numbers."""
    num_labels: int = 0
    notes: list[str] = field(default_factory=list)
    """Sentences on what was not looked at, and on how files and labels were read."""
