"""Publishes the files of a run's results: in its archive, and as the newest of its name."""

import logging
from collections.abc import Mapping

from bakeoff import layout
from bakeoff.comparison.supersedes import is_newest
from bakeoff.result_files import ERROR, OF_A_COMPARISON, RUN
from bakeoff.summary.document import Summary
from lambdas.aws import Store

_CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}

log = logging.getLogger("bakeoff")


def publish(files: Mapping[str, bytes], summary: Summary, store: Store) -> None:
    """Writes `files`, by name, in their order. They become the newest results of the run's name
    unless a run that was requested later has ended before."""
    name, run = summary.provenance.name, summary.provenance.run
    archive(files, summary, store)
    published = (layout.latest_key(name, file) for file in (RUN, ERROR))
    if not is_newest(summary.provenance.requested_at, map(store.find, published)):
        log.info("run %s ended after a newer one, whose results stay", run)
        return
    for file, content in files.items():
        store.put(layout.latest_key(name, file), content, _content_type(file))
    # An earlier run's failure, report or data card would contradict the table beside it.
    for file in (ERROR, *OF_A_COMPARISON):
        if file not in files:
            store.delete(layout.latest_key(name, file))


def archive(files: Mapping[str, bytes], summary: Summary, store: Store) -> None:
    """Writes `files` where no other run overwrites them."""
    for file, content in files.items():
        key = layout.archived_key(summary.provenance.name, summary.provenance.run, file)
        store.put(key, content, _content_type(file))


def _content_type(file: str) -> str:
    return _CONTENT_TYPES.get(file.rsplit(".", 1)[-1], "application/json")
