"""What the files of a data set on this machine hold, as the training code has read them."""

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.documents import Document


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, extra="ignore")


class FoundProblem(_Part):
    field: str
    problem: str
    remedy: str


class SplitLook(_Part):
    num_rows: int
    is_whole: bool
    """Whether all rows were read; else `num_rows` are the first of them."""
    columns: list[str]


class FirstLook(Document):
    """What was found before anything is sent."""

    splits: dict[str, SplitLook] = Field(default_factory=dict)
    """Those that could be read."""
    problems: list[FoundProblem] = Field(default_factory=list)
    text: list[str] = Field(default_factory=list)
    """Empty where the column was not found."""
    label: list[str] = Field(default_factory=list)
    guessed: list[str] = Field(default_factory=list)
    """`text` and `label`, where the column was found by its content alone."""
    encoding: str | None = None
    """Guessed for files that are not in UTF-8; None: none was needed, or the request gives it."""
    label_delimiter: str | None = None
    """Guessed for texts that hold several labels each."""
    task: str | None = None
    task_reason: str = ""
    labels: list[str] = Field(default_factory=list)
    """The first few, in order; empty for numbers."""
    num_labels: int = 0
    notes: list[str] = Field(default_factory=list)
    """Sentences on what was not looked at, and on how files and labels were read."""
