"""What a run is doing, in words."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bakeoff.client.progress import CandidateProgress
from bakeoff.quoting import escaped

if TYPE_CHECKING:
    from bakeoff.client.time_left import TimeLeft

# No candidate's key has a space.
_TENTH = "time left"


class ProgressLines:
    """Passes a line to `say` whenever the run or a candidate enters another state or epoch."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say_line = say
        self._last: dict[str, str] = {}

    def show(
        self,
        phase: str,
        candidates: Sequence[CandidateProgress],
        seconds: float,
        left: "TimeLeft | None" = None,
    ) -> None:
        self._say("", phase, seconds)
        for candidate in candidates:
            line = f"{candidate.label}: {described(candidate)}"
            self._say(candidate.candidate, line, seconds)
        if left is not None:
            self._say_tenth(phase, left, seconds)

    def _say_tenth(self, phase: str, left: "TimeLeft", seconds: float) -> None:
        """Once for each tenth of the work: the time that is left changes with every look."""
        tenths = int(left.share * 10)
        if tenths and self._last.get(_TENTH) != f"{phase} {tenths}":
            self._last[_TENTH] = f"{phase} {tenths}"
            self._say_line(f"{duration(seconds):>7}  {left.share:.0%} done, {left.words}")

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
