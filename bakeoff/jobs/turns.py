"""Turns at a quota that several runs share: who has waited goes before who has not.

A job that was refused for a quota leaves a note that says when it tries again. A job that is about
to be created looks for the notes of other runs first, and lets them try before. So a run that
refills its places at once cannot keep another one out for as long as it has jobs.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bakeoff.documents import Document

MAX_WAIT_SECONDS = 180
_FIRST_SHARE = 1 / 3
_GROWTH_PER_WAIT = 0.01
# Between the time at which a job tries again and its call: a state's transition, a clock's error.
_GRACE_SECONDS = 5
# A note is void when its job has not renewed it: the job was created, or its run ended.
_VOID_AFTER_SECONDS = 30


class Waiting(Document):
    """The note of a job that waits for a quota."""

    run: str
    item: str
    next_attempt_at: datetime
    """Aware of its time zone."""


def wait_seconds(num_waits: int, first_wait_seconds: float) -> int:
    """Until the next attempt of a job that was refused; a third of the wait for capacity at first,
    then slowly longer, because an execution has room for a limited number of attempts.

    Args:
        num_waits: waits of this job before.
        first_wait_seconds: the deployment's first wait for capacity.
    """
    wait = first_wait_seconds * _FIRST_SHARE * (1 + _GROWTH_PER_WAIT * num_waits)
    return max(1, min(round(wait), MAX_WAIT_SECONDS))


def seconds_to_yield(others: Iterable[Waiting], run: str, now: datetime) -> int:
    """How long a job of `run` lets the waiting jobs of other runs go first; 0 if none waits."""
    fresh = [
        each.next_attempt_at
        for each in others
        if each.run != run and (now - each.next_attempt_at).total_seconds() < _VOID_AFTER_SECONDS
    ]
    if not fresh:
        return 0
    until = max(min(fresh), now) + timedelta(seconds=_GRACE_SECONDS)
    return min(round((until - now).total_seconds()), MAX_WAIT_SECONDS + _GRACE_SECONDS)
