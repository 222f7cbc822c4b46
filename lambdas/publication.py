"""Publishes the files of a run's results: in its archive, and as the newest of its name."""

import logging
from collections.abc import Mapping

from bakeoff import layout
from bakeoff.comparison.supersedes import is_newest, newest_of, request_time
from bakeoff.result_files import ERROR, OF_A_COMPARISON, RUN
from bakeoff.summary.document import Summary
from lambdas.aws.store import Store

_CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}

log = logging.getLogger("bakeoff")


def publish(files: Mapping[str, bytes], summary: Summary, store: Store) -> None:
    """Writes `files`, by name, in their order, and deletes the run's own error.json, if any.

    They become the newest results of the run's name unless a run that was requested later has
    ended before, or ends meanwhile.
    """
    name, run = summary.provenance.name, summary.provenance.run
    archive(files, summary, store)
    store.delete(layout.archived_key(name, run, ERROR))
    published = (layout.latest_key(name, file) for file in (RUN, ERROR))
    if not is_newest(summary.provenance.requested_at, map(store.find, published)):
        log.info("run %s ended after a newer one, whose results stay", run)
        return
    _replace_newest(name, files, store)
    # Two runs that end at once write between each other's files. Both have their archives complete
    # before, so the one that writes last sees the other here, and leaves the newest one's files.
    shown = run
    while (newest := _newest_archived(name, run, store)) != shown:
        log.info("run %s ended at the same time as run %s, whose results are newer", run, newest)
        _replace_newest(name, _archived(name, newest, store), store)
        shown = newest


def _replace_newest(name: str, files: Mapping[str, bytes], store: Store) -> None:
    for file, content in files.items():
        store.put(layout.latest_key(name, file), content, _content_type(file))
    # An earlier run's failure, report or data card would contradict the table beside it.
    for file in (ERROR, *OF_A_COMPARISON):
        if file not in files:
            store.delete(layout.latest_key(name, file))


def _newest_archived(name: str, run: str, store: Store) -> str:
    """The run that was requested last, of those whose comparison is complete."""
    prefix, suffix = f"{layout.results_prefix(name)}runs/", f"/{RUN}"
    keys = [key for key in store.keys(prefix) if key.endswith(suffix)]
    documents = store.get_all(keys)
    runs = [key.removeprefix(prefix).removesuffix(suffix) for key in keys]
    times = map(request_time, documents)
    return newest_of(dict(zip(runs, times, strict=True)), run)


def _archived(name: str, run: str, store: Store) -> dict[str, bytes]:
    """The files of a run's comparison, run.json last."""
    prefix = layout.archived_key(name, run, "")
    files = [key.removeprefix(prefix) for key in store.keys(prefix)]
    # What is in folders, such as models, each run has in its archive alone.
    files = sorted(
        (file for file in files if file != ERROR and "/" not in file),
        key=lambda file: file == RUN,
    )
    contents = store.get_all([prefix + file for file in files])
    return dict(zip(files, contents, strict=True))


def archive(files: Mapping[str, bytes], summary: Summary, store: Store) -> None:
    """Writes `files` where no other run overwrites them."""
    for file, content in files.items():
        key = layout.archived_key(summary.provenance.name, summary.provenance.run, file)
        store.put(key, content, _content_type(file))


def _content_type(file: str) -> str:
    return _CONTENT_TYPES.get(file.rsplit(".", 1)[-1], "application/json")
