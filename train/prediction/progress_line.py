"""How far a long answering is, as one line in a terminal that is written again and again."""

import sys
import time

_NOTICE_SECONDS = 1.0


class ProgressLine:
    def __init__(self, *, is_quiet: bool) -> None:
        self._is_shown = not is_quiet and sys.stderr.isatty()
        self._started = time.monotonic()
        self._next = 0.0
        self._done = 0

    def show(self, more: int, rows: int) -> None:
        self._done = done = self._done + more
        seconds = time.monotonic() - self._started
        if not self._is_shown or (seconds < self._next and done < rows):
            return
        self._next = seconds + _NOTICE_SECONDS
        left = (rows - done) * seconds / done
        line = f"{done:,} of {rows:,} rows, {done / max(seconds, 1e-3):,.0f} a second"
        print(f"\r\033[K{line}, {left:,.0f} s left", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._is_shown:
            print(file=sys.stderr)
