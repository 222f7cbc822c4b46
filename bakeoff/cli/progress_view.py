"""Shows a run while it goes on: a live table in a terminal, a line per change elsewhere."""

from collections.abc import Sequence
from functools import partial
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.text import Text

from bakeoff.cli.tables import Header, fitting_table, print_plain, print_table
from bakeoff.client.follow import ProgressView
from bakeoff.client.progress import CandidateProgress
from bakeoff.client.progress_text import ProgressLines, duration, metric_value
from bakeoff.client.time_left import TimeLeft

_BAR = 40


class LiveTable:
    """For a terminal: one table, redrawn in place, that stays when it is closed."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False)

    def show(
        self,
        phase: str,
        candidates: Sequence[CandidateProgress],
        seconds: float,
        left: TimeLeft | None = None,
    ) -> None:
        headline: RenderableType = Text(_headline(phase, seconds, left), style="bold")
        if left is not None:
            bar = ProgressBar(completed=100 * left.share, width=min(_BAR, self._console.width))
            headline = Group(headline, bar)
        if candidates:
            headers, rows = candidate_table(candidates)
            shown = fitting_table(headers, rows, self._console.width)
        self._live.update(Group(headline, shown) if candidates else headline, refresh=True)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.__exit__(kind, error, trace)


def _headline(phase: str, seconds: float, left: TimeLeft | None) -> str:
    return ", ".join([phase, duration(seconds), *([left.words] if left else [])])


def progress_view(console: Console, is_quiet: bool = False) -> ProgressView:
    """A live table in a terminal, a line per change elsewhere; nothing if quiet."""
    if is_quiet:
        return ProgressLines(lambda line: None)
    if console.is_terminal:
        return LiveTable(console)
    return ProgressLines(partial(print_plain, console))


def print_progress(
    console: Console,
    phase: str,
    candidates: Sequence[CandidateProgress],
    seconds: float,
    left: TimeLeft | None = None,
) -> None:
    """Once, for the run as it is now."""
    print_plain(console, _headline(phase, seconds, left))
    if candidates:
        print_table(console, *candidate_table(candidates))


def candidate_table(
    candidates: Sequence[CandidateProgress],
) -> tuple[list[Header], list[list[str]]]:
    has_seeds = any(each.seeds and not each.seeds.endswith("/1") for each in candidates)
    shown = candidates[0].shown_metrics if candidates else ()
    headers = [Header("model"), Header("method", gives_way=3), Header("state")]
    headers += [Header("seeds", is_number=True, gives_way=4)] if has_seeds else []
    headers += [Header("epoch", is_number=True, gives_way=1)]
    # What metrics are measured on follows from the state, and the main one stays longest.
    headers += [
        Header(name, is_number=True, gives_way=5 + place if place else 2)
        for place, name in enumerate(shown)
    ]
    headers += [Header("measured on", gives_way=5 + len(shown))]
    headers += [Header("elapsed", is_number=True, gives_way=1)]
    rows = [
        [
            candidate.label,
            candidate.method,
            candidate.state,
            *([candidate.seeds] if has_seeds else []),
            candidate.epoch,
            *(metric_value(candidate, name) for name in shown),
            candidate.split,
            duration(candidate.seconds),
        ]
        for candidate in candidates
    ]
    return headers, rows
