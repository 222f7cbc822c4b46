"""The log lines that the job's metric definitions match: one per evaluation, at full precision."""

from collections.abc import Mapping

from scoring.scores import METRICS


def evaluation_line(
    split: str,
    epoch: float,
    scores: Mapping[str, float],
    train_loss: float | None = None,
) -> str:
    """`bakeoff split=validation epoch=1 train_loss=0.51 loss=0.34 accuracy=0.91 ...`

    `epoch` is 0 for methods without epochs.
    """
    numbers: dict[str, float] = {"epoch": epoch}
    if train_loss is not None:
        numbers["train_loss"] = train_loss
    numbers |= {name: scores[name] for name in METRICS if name in scores}
    shown = " ".join(f"{name}={_number(value)}" for name, value in numbers.items())
    return f"bakeoff split={split} {shown}"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
