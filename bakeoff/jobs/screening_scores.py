"""screening.json: the scores of a screening job's models, and the order that they give."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.partial_document import Count, Number, PartialDocument, Text


class ScreeningScore(BaseModel):
    """How one candidate was scored."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    candidate: Annotated[str, Field(strict=True)]
    status: Literal["scored", "failed"]
    reason: Text = None
    """Why it failed, as a sentence."""
    log_loss: Number = None
    """Of a linear model on features, on rows that it was not fitted on: nats, as the metric
    loss."""
    log_me: Number = None
    """The logarithm of the maximum evidence per row, averaged over labels; higher is better."""
    r2: Number = None
    """Of a ridge regression on features, in place of log_loss: 1 is the best."""
    metric: Number = None
    """The main metric on validation after a short fine-tuning."""
    standard_error: Number = None
    """Of `metric`, over validation rows."""
    layers: Text = None
    """The features that scored better: "last", of the last layer, or "mean", over all layers."""
    pooling: Text = None
    """How tokens became one vector, such as "mean", "cls" or "lasttoken"."""
    seconds: Number = None
    cpu_seconds: Number = None
    num_tokens: Count = None
    """Tokens with padding that went through the model, without gradients."""
    train_tokens: Count = None
    """Tokens with padding that the model was trained on."""

    @property
    def has_failed(self) -> bool:
        """Whether there is no number to rank it by."""
        numbers = (self.log_loss, self.log_me, self.r2, self.metric)
        return self.status == "failed" or all(number is None for number in numbers)


class ScreeningScores(PartialDocument):
    """One score for each model of the job; `notes` name members of the wrong type."""

    file_name: ClassVar[str] = "screening.json"

    schema_version: Count = 1
    scores: list[ScreeningScore] = Field(default_factory=list)
    notes: list[Annotated[str, Field(strict=True)]] = Field(default_factory=list)

    def with_note(self, sentence: str) -> Self:
        return self.model_copy(update={"notes": [*self.notes, sentence]})


def ranked(
    scores: Sequence[ScreeningScore], *, higher_is_better: bool = True
) -> list[tuple[str, float]]:
    """The scored candidates with their rank, 1 is the best, and the best first.

    The rank is the mean of the rank by log loss (in a regression by R2) and the rank by LogME, or
    the rank by the main metric, of which `higher_is_better` says which way is better. Equal scores
    share the mean of their ranks; candidates of equal rank keep their order.
    """
    scored = [score for score in scores if not score.has_failed]
    columns = [
        [_negated(score.log_loss) for score in scored],
        [score.r2 for score in scored],
        [score.log_me for score in scored],
        [score.metric if higher_is_better else _negated(score.metric) for score in scored],
    ]
    ranks = [_ranks(column) for column in columns if any(value is not None for value in column)]
    means = [sum(row) / len(row) for row in zip(*ranks, strict=True)]
    by_candidate = [(score.candidate, mean) for score, mean in zip(scored, means, strict=True)]
    return sorted(by_candidate, key=lambda entry: entry[1])


def _negated(value: float | None) -> float | None:
    return None if value is None else -value


def _ranks(values: Sequence[float | None]) -> list[float]:
    """1 for the highest; values that are missing come last."""
    numbers = [float("-inf") if value is None else value for value in values]
    return [
        sum(other > number for other in numbers)
        + (sum(other == number for other in numbers) + 1) / 2
        for number in numbers
    ]
