"""Keeps the page that lists all results of the bucket."""

import logging

from bakeoff import layout, report
from bakeoff.errors import DocumentError
from bakeoff.result_files import RUN
from bakeoff.summary.run_entry import RunEntry
from lambdas.aws.store import Store

_ATTEMPTS = 5
_HTML = "text/html; charset=utf-8"

log = logging.getLogger("bakeoff")


def list_results(store: Store) -> None:
    """Writes the page anew from what is published; a failure costs the page alone.

    Of several runs that end at once, each publishes its results first and then writes the page only
    if it is still the one that was there before it read the results. The last one to write it has
    therefore seen the results of all.
    """
    for _ in range(_ATTEMPTS):
        try:
            state = store.state(layout.RESULTS_INDEX)
            page = report.render_index(_entries(store)).encode()
            if store.put_if_unchanged(layout.RESULTS_INDEX, page, state, _HTML):
                return
        except Exception:
            # The results are complete, and must not be lost to the list of them.
            log.exception("%s could not be written", layout.RESULTS_INDEX)
    log.warning("%s lacks this run, which the next one adds", layout.RESULTS_INDEX)


def _entries(store: Store) -> list[RunEntry]:
    names = store.folders(layout.RESULTS_PREFIX)
    documents = store.find_all(layout.latest_key(name, RUN) for name in names)
    return [
        entry
        for name, document in zip(names, documents, strict=True)
        if document is not None and (entry := _entry(name, document)) is not None
    ]


def _entry(name: str, document: bytes) -> RunEntry | None:
    """Called as its folder is, which the page links to."""
    try:
        return RunEntry.from_json(document).model_copy(update={"name": name})
    except DocumentError as error:
        log.warning("%s is not listed: its %s cannot be read: %s", name, RUN, error)
        return None
