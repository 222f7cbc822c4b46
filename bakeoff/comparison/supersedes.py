"""Which of two comparisons takes the other's place.

Of several runs of one name, the newest is the one whose request came last.

Runs may end in another order than they began. An older run that ends late writes its own archive
only, and keeps what the newer one published.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from bakeoff.summary.document import Summary


def is_newest(requested_at: str | None, published: Iterable[bytes | None]) -> bool:
    """Whether a run requested at `requested_at` may replace what is published.

    `published` are the contents of run.json and error.json, None where the file is missing. A file
    without a time is replaced, and so is one whose run was requested in the same second.
    """
    own = _instant(requested_at)
    if own is None:
        return True
    return all(other is None or other <= own for other in map(_requested_at, published))


def newest_of(requested_at: Mapping[str, str | None], own: str) -> str:
    """The run that was requested last, of those whose times are given; `own` unless another is
    surely newer."""
    instants = {run: instant for run, text in requested_at.items() if (instant := _instant(text))}
    if own not in instants:
        return own
    last = max(instants, key=instants.__getitem__)
    return last if instants[last] > instants[own] else own


def request_time(document: bytes) -> str | None:
    """The time that a run.json or error.json names; None if it names none."""
    moment = _requested_at(document)
    return None if moment is None else moment.isoformat()


def holds_less(summary: Summary, earlier: Summary) -> bool:
    """Whether a comparison of the same run lacks results or intervals that an earlier one had."""
    return any(now < then for now, then in zip(_held(summary), _held(earlier), strict=True))


def _held(summary: Summary) -> tuple[int, int]:
    """The number of jobs with a result, and of candidates with an interval."""
    return (
        sum(len(each.seeds_completed) for each in summary.candidates),
        sum(
            any(metric.interval is not None for metric in each.metrics.values())
            for each in summary.candidates
        ),
    )


def _requested_at(document: bytes | None) -> datetime | None:
    try:
        content = json.loads(document or b"null")
    except ValueError:
        return None
    return _instant(content.get("requested_at")) if isinstance(content, dict) else None


def _instant(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
