"""The log lines that the job's metric definitions match: one per evaluation, at full precision."""

import sys
import textwrap
import traceback
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


def trying_line(
    place: int, num_rates: int, learning_rate: float, epoch: float, scores: Mapping[str, float]
) -> str:
    """`bakeoff trying rate=2/3 learning_rate=5e-05 epoch=1 loss=0.34 ...`, of a trial under way.

    `place` counts from 1; `scores` are empty when the trial begins.
    """
    return f"bakeoff trying rate={place}/{num_rates} {_of_rate(learning_rate, epoch, scores)}"


def trial_line(learning_rate: float, epoch: float, scores: Mapping[str, float]) -> str:
    """`bakeoff trial learning_rate=5e-05 epoch=0.5 loss=0.34 accuracy=0.91 ...`; not a line that
    the metric definitions match, since other rates may come before and after it."""
    return f"bakeoff trial {_of_rate(learning_rate, epoch, scores)}"


def _of_rate(learning_rate: float, epoch: float, scores: Mapping[str, float]) -> str:
    numbers = {"learning_rate": learning_rate, "epoch": epoch}
    numbers |= {name: scores[name] for name in METRICS if name in scores}
    return " ".join(f"{name}={_number(value)}" for name, value in numbers.items())


def print_failure(error: Exception, sentence: str) -> None:
    """The traceback, and the sentence on one line.

    Both may quote texts and labels of strangers, of which no line may look like a metric line.
    """
    lines = "".join(traceback.format_exception(error))
    print(textwrap.indent(lines, "| ", lambda line: True), file=sys.stderr, flush=True)
    print(f"bakeoff failed: {' '.join(sentence.split())}", flush=True)


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
