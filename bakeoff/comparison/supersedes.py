"""Which of several runs of one name is the newest: the one that was asked for last.

Runs may end in another order than they began. An older one that ends late keeps its own archive,
and leaves alone what the newer one has published.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime


def is_newest(requested_at: str | None, published: Iterable[bytes | None]) -> bool:
    """Whether a run requested then may take the place of what is published.

    `published` are the run.json and the error.json that are there, None where there is none. What
    does not tell its time gives way, and so does what was requested in the same second.
    """
    own = _instant(requested_at)
    if own is None:
        return True
    return all(other is None or other <= own for other in map(_requested_at, published))


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
