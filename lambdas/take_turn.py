"""TakeTurn: decides whether a job is created now, or first waits for its turn at a quota."""

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bakeoff import layout
from bakeoff.errors import DocumentError, StorageError
from bakeoff.jobs.turns import Waiting, seconds_to_yield, wait_seconds
from lambdas.aws.store import Store

# More notes than this say nothing new: the one that tries again first decides.
_MAX_NOTES = 50
_MAX_LISTED = 10_000

log = logging.getLogger("bakeoff")


def handler(payload: dict[str, Any], context: object) -> dict[str, Any]:
    return take_turn(payload, Store.connect(os.environ["BUCKET"]), lambda: datetime.now(UTC))


def take_turn(payload: dict[str, Any], store: Store, now: Callable[[], datetime]) -> dict[str, Any]:
    """Answers `wait_seconds`, 0 for a job that may be created at once; leaves a note if it waits.

    Args:
        payload: `run` and `item` of the job, the `quota` that it needs, whether its creation was
            `refused` for that quota, its waits so far as `num_waits`, `first_wait_seconds`.
    """
    run, item, quota = payload["run"], payload["item"], payload["quota"]
    if payload["refused"]:
        seconds = wait_seconds(int(payload["num_waits"]), float(payload["first_wait_seconds"]))
    else:
        seconds = seconds_to_yield(_notes(store, quota, run), run, now())
    if seconds:
        note = Waiting(run=run, item=item, next_attempt_at=now() + timedelta(seconds=seconds))
        store.put(layout.waiting_key(quota, run, item), note.to_json())
        log.info("%s of run %s waits %d s for the quota of %s", item, run, seconds, quota)
    return {"wait_seconds": seconds}


def _notes(store: Store, quota: str, run: str) -> list[Waiting]:
    """Those of other runs, as far as they can be read."""
    own = layout.waiting_prefix(quota, run)
    newest = store.newest_keys(layout.waiting_prefix(quota), _MAX_LISTED)
    notes = []
    for key in [key for key in newest if not key.startswith(own)][:_MAX_NOTES]:
        try:
            notes.append(Waiting.from_json(store.get(key)))
        except (DocumentError, StorageError) as error:
            log.warning("the note %s cannot be read: %s", key, error)
    return notes
