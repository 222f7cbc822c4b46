"""What a run is doing, in words."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from bakeoff.client.progress import CandidateProgress
from bakeoff.quoting import escaped


class ProgressLines:
    """Passes a line to `say` whenever the run or a candidate enters another state or epoch."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say_line = say
        self._last: dict[str, str] = {}

    def show(self, phase: str, candidates: Sequence[CandidateProgress], seconds: float) -> None:
        self._say("", phase, seconds)
        for candidate in candidates:
            line = f"{candidate.label}: {described(candidate)}"
            self._say(candidate.candidate, line, seconds)

    def _say(self, subject: str, text: str, seconds: float) -> None:
        if self._last.get(subject) != text:
            self._last[subject] = text
            # Reasons may hold text of strangers: they get no line of their own.
            self._say_line(f"{duration(seconds):>7}  {escaped(text)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


def described(candidate: CandidateProgress) -> str:
    """The candidate's state, and its seeds, epoch and metrics as far as there are any."""
    parts = [candidate.state]
    if candidate.seeds and not candidate.seeds.endswith("/1"):
        parts.append(f"seeds {candidate.seeds}")
    if candidate.epoch:
        parts.append(f"epoch {candidate.epoch}")
    if candidate.metrics:
        numbers = ", ".join(
            f"{name} {metric_value(candidate, name)}" for name in candidate.shown_metrics
        )
        parts.append(f"{candidate.split} {numbers}")
    if candidate.state == "failed" and candidate.reason:
        parts.append(candidate.reason)
    return ", ".join(parts)


def metric_value(candidate: CandidateProgress, metric: str) -> str:
    """With four digits after the point; empty if the metric is not measured yet."""
    value = candidate.metrics.get(metric)
    return "" if value is None else f"{value:.4f}"


def duration(seconds: float | None) -> str:
    """`1:05`, with hours `2:01:05`; empty for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
