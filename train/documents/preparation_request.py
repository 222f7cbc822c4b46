"""The part of the resolved request that the preparation job reads."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Splits:
    """Names of splits on the hub, or the URIs of files."""

    train: str | None
    validation: str | None
    test: str | None

    @property
    def given(self) -> dict[str, str]:
        """The splits that the request names."""
        return {split: place for split, place in vars(self).items() if place is not None}


@dataclass(frozen=True)
class RequestedDataset:
    """A data set of the hub if `files` is None, else files."""

    id: str
    config: str | None
    revision: str | None
    splits: Splits
    files: Splits | None
    encoding: str | None = None
    """Of text files; None: recognised."""
    quotes: bool | None = None
    """Whether double quotes enclose values of CSV; None: recognised."""


@dataclass(frozen=True)
class RequestedRecipe:
    """The hyperparameters that the preparation needs."""

    max_length: int | None
    """Tokens; None: the model's own limit."""
    prompt_examples: int | None = None
    """Train rows that a prompt shows; None: left to the job."""


@dataclass(frozen=True)
class RequestedCandidate:
    candidate: str
    model: str
    """A hub id, an S3 URI, the id of a hosted model, or the name of a baseline."""
    revision: str | None
    method: str
    hyperparameters: RequestedRecipe

    @property
    def is_baseline(self) -> bool:
        """Whether there is no model to prepare."""
        return self.method in ("majority", "tfidf")

    @property
    def is_asked(self) -> bool:
        """Whether a language model is asked in words."""
        return self.method == "prompt"

    @property
    def is_hosted(self) -> bool:
        """Whether the model is behind an API, so that it has no files."""
        return self.model.startswith("bedrock/")

    @property
    def trains_head(self) -> bool:
        """Whether the model gets a classification head that is trained with it."""
        return self.method in ("full", "lora")

    @property
    def reads_label_names(self) -> bool:
        """Whether only the labels' names tell the method what they are."""
        return self.method == "zeroshot"

    @property
    def learns(self) -> bool:
        """Whether it needs rows to train on, or to show as examples."""
        shows_some = bool(self.hyperparameters.prompt_examples)
        return shows_some if self.is_asked else not self.reads_label_names


@dataclass(frozen=True, kw_only=True)
class PreparationRequest:
    schema_version: int = 2
    dataset: RequestedDataset
    text: list[str] | None
    """One column, or the two of pairs; None: found by its name."""
    label: list[str] | None
    """One column, or several of 0 and 1; None: found by its name."""
    label_delimiter: str | None
    label_names: list[str] | None = None
    """Of the positions of lists of 0 and 1; None: the positions."""
    label_descriptions: dict[str, str] | None = None
    """What labels mean, by label; None: their names say it."""
    task: str | None
    """None: inferred from the labels."""
    positive_label: str | None
    slices: list[str] = field(default_factory=list)
    """Columns by which test rows are sliced."""
    drop_leaked: bool
    max_train_rows: int | None
    max_test_rows: int | None
    validation_fraction: float
    test_fraction: float
    split_seed: int
    candidates: list[RequestedCandidate]

    @property
    def learns(self) -> bool:
        """Whether any candidate needs rows to train on."""
        return any(each.learns for each in self.candidates)
