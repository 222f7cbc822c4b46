"""screening.json: the scores of the job's models."""

from dataclasses import dataclass, field

SCORED, FAILED = "scored", "failed"


@dataclass(frozen=True, kw_only=True)
class ScreeningScore:
    """How one candidate was scored; only the members of the job's kind have values."""

    candidate: str
    status: str
    """SCORED or FAILED."""
    reason: str | None = None
    """Why it failed, as a sentence."""
    log_loss: float | None = None
    """Of a linear model on features, on rows that it was not fitted on, in nats."""
    log_me: float | None = None
    """The logarithm of the maximum evidence per row, averaged over labels; higher is better."""
    r2: float | None = None
    """Of a ridge regression on features, in place of log_loss: 1 is the best."""
    metric: float | None = None
    """The main metric on validation after a short fine-tuning."""
    standard_error: float | None = None
    """Of `metric`, over validation rows."""
    layers: str | None = None
    """The features that scored better: "last", of the last layer, or "mean", over all layers."""
    pooling: str | None = None
    """How tokens became one vector, such as "mean", "cls" or "lasttoken"."""
    seconds: float | None = None
    cpu_seconds: float | None = None
    num_tokens: int | None = None
    """Tokens with padding that went through the model, without gradients."""
    train_tokens: int | None = None
    """Tokens with padding that the model was trained on."""


@dataclass(frozen=True, kw_only=True)
class ScreeningScores:
    """One for each model that was screened so far."""

    schema_version: int = 1
    scores: list[ScreeningScore] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
