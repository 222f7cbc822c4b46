"""Compare: summarises the jobs' results, and writes tables, summary and report."""

import logging
import os
from typing import Any

from bakeoff import layout, report, result_files
from bakeoff.comparison.add_statistics import comparison_spec, with_statistics, with_texts
from bakeoff.comparison.more_labels import with_forecasts
from bakeoff.comparison.summarise import RunRecord, summarise
from bakeoff.comparison.supersedes import holds_less
from bakeoff.comparison.suspect_labels import with_suspect_labels
from bakeoff.cost.past_runs import past_run
from bakeoff.errors import DocumentError, StorageError
from bakeoff.settings import ServiceSettings
from bakeoff.summary.document import Summary
from bakeoff.summary.run_entry import RunEntry
from bakeoff.summary.tables import tables
from lambdas.aws.model_registry import ModelRegistry
from lambdas.aws.sagemaker import SageMaker
from lambdas.aws.store import Store
from lambdas.kept_files import with_kept_files
from lambdas.publication import archive, publish
from lambdas.registered_model import Registration
from lambdas.results_index import list_results
from lambdas.run_record import (
    label_probabilities_reader,
    predictions_reader,
    read_row_slices,
    read_run,
    read_texts,
)

log = logging.getLogger("bakeoff")


def handler(payload: dict[str, Any], context: object) -> dict[str, Any]:
    registration = Registration(
        ServiceSettings.from_environment(os.environ), ModelRegistry.connect()
    )
    store = Store.connect(os.environ["BUCKET"])
    return write_comparison(payload, store, SageMaker.connect(), registration)


def write_comparison(
    payload: dict[str, Any],
    store: Store,
    sagemaker: SageMaker,
    registration: Registration | None = None,
) -> dict[str, Any]:
    """Writes all files of the results, the run's own and the newest.

    Plan items without a result become failed rows, so nothing planned is lost. With
    `"statistics": false` in the payload there are averages only. What an earlier call has archived
    of the run is only replaced by as much or more.
    """
    record = read_run(payload, store, sagemaker)
    summary, earlier = summarise(record), _archived(payload, store)
    if earlier is None or not holds_less(summary, earlier):
        # The statistics take memory and time: if they end this function, the averages are stored.
        archive(_tables(summary), summary, store)
    if payload.get("statistics", True):
        summary = _with_statistics(summary, record, store)
        summary = _with_suspect_labels(summary, record, store)
        summary = _with_learning_curve(summary, record, store)
    if earlier is not None and holds_less(summary, earlier):
        log.warning("run %s was compared with more results before: these stay", payload["run"])
        summary = earlier
    summary = with_kept_files(summary, record, store)
    if registration is not None:
        summary = registration.applied(summary, record.resolved, store)
    publish(_files(summary, record, store), summary, store)
    list_results(store)
    _remember(record, store)
    failed = sum(each.has_losses for each in summary.candidates)
    log.info("run %s: %d candidates, %d failed", payload["run"], len(summary.candidates), failed)
    return {
        "run": payload["run"],
        "name": payload["name"],
        "bucket": store.bucket,
        "num_candidates": len(summary.candidates),
        "num_failed": failed,
        "best_candidate": summary.verdict.best,
        "verdict": summary.verdict.sentences[0],
    }


def _archived(payload: dict[str, Any], store: Store) -> Summary | None:
    """The summary that an earlier call has archived."""
    content = store.find(layout.archived_key(payload["name"], payload["run"], result_files.SUMMARY))
    try:
        return None if content is None else Summary.from_json(content)
    except DocumentError as error:
        log.warning("an earlier summary of run %s cannot be read: %s", payload["run"], error)
        return None


def _with_statistics(summary: Summary, record: RunRecord, store: Store) -> Summary:
    """The summary as it is if the statistics cannot be computed."""
    dataset = record.manifest.dataset
    if dataset is None:
        return summary
    try:
        spec = comparison_spec(record.resolved, dataset)
        read = predictions_reader(summary.provenance.run, spec, store)
        slices = read_row_slices(record.manifest, store)
        analysed = with_statistics(summary, read, spec, slices)
    except (ArithmeticError, LookupError, MemoryError, ValueError):
        # The averages were paid for, and must not be lost to any number that breaks a formula.
        log.exception("the statistics of run %s could not be computed", summary.provenance.run)
        return summary
    ids = {row.id for row in analysed.hardest_rows}
    return with_texts(analysed, read_texts(record.manifest, ids, store))


def _with_suspect_labels(summary: Summary, record: RunRecord, store: Store) -> Summary:
    """The summary as it is if they cannot be found."""
    run, labels = summary.provenance.run, summary.conditions.labels
    try:
        read = label_probabilities_reader(run, len(labels), store)
        return with_suspect_labels(summary, record.results, read)
    except (ArithmeticError, LookupError, MemoryError, StorageError, ValueError):
        log.exception("the labels of run %s could not be looked at", run)
        return summary


def _with_learning_curve(summary: Summary, record: RunRecord, store: Store) -> Summary:
    """The summary as it is if nothing can be forecast."""
    dataset, run = record.manifest.dataset, summary.provenance.run
    if dataset is None:
        return summary
    try:
        spec = comparison_spec(record.resolved, dataset)
        read = predictions_reader(run, spec, store)
        results = [*record.stage_results, *record.results]
        return with_forecasts(summary, results, read, spec)
    except (ArithmeticError, LookupError, MemoryError, StorageError, ValueError):
        log.exception("the learning curve of run %s could not be drawn", run)
        return summary


def _tables(summary: Summary) -> dict[str, bytes]:
    return {
        **{file: text.encode() for file, text in tables(summary).items()},
        result_files.SUMMARY: summary.to_json(),
    }


def _files(summary: Summary, record: RunRecord, store: Store) -> dict[str, bytes]:
    run = summary.provenance.run
    files = _tables(summary)
    data_card = store.find(layout.data_card_key(run))
    if data_card is None:
        log.warning("run %s has no data card", run)
    else:
        files[result_files.DATA_CARD] = data_card
    try:
        files[result_files.REPORT] = report.render(summary, record.data_card).encode()
    except Exception:
        # The numbers were paid for, and must not be lost to a picture.
        log.exception("the report of run %s could not be rendered", run)
    # The last one: whoever waits for run.json finds the others complete.
    files[result_files.RUN] = RunEntry.of(summary).to_json()
    return files


def _remember(record: RunRecord, store: Store) -> None:
    """Stores what the jobs took, for the estimates of later runs."""
    jobs = [*record.stage_results, *record.results]
    past = past_run(record.resolved, record.manifest, record.data_card, jobs)
    if past is None:
        return
    try:
        store.put(layout.past_run_key(record.resolved.run), past.to_json())
    except StorageError as error:
        log.warning("later estimates will not know of this run: %s", error)
