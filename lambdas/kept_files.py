"""Copies what a run leaves in files of its own to where nothing expires it."""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from bakeoff import layout
from bakeoff.comparison.kept_models import models_to_keep
from bakeoff.comparison.summarise import RunRecord
from bakeoff.errors import StorageError
from bakeoff.result_files import PREDICTIONS_FOLDER
from bakeoff.summary.document import Summary
from lambdas.aws.connections import CONNECTIONS
from lambdas.aws.store import Store

log = logging.getLogger("bakeoff")


def with_kept_files(summary: Summary, record: RunRecord, store: Store) -> Summary:
    """The summary with the models and predictions that are now in the run's own results.

    S3 copies them, so a model of any size takes none of this function's memory. What an earlier
    call has copied stays; what cannot be copied is left out.
    """
    return _with_predictions(_with_models(summary, record, store), record, store)


def _with_models(summary: Summary, record: RunRecord, store: Store) -> Summary:
    wanted = {
        each.artifact_uri.removeprefix(f"s3://{store.bucket}/"): each.model
        for each in models_to_keep(summary, record.resolved.keep)
    }
    copied = _copied({source: model.file for source, model in wanted.items()}, summary, store)
    kept = [model for source, model in wanted.items() if source in copied]
    return summary.model_copy(update={"kept_models": kept})


def _with_predictions(summary: Summary, record: RunRecord, store: Store) -> Summary:
    run = summary.provenance.run
    sources = {
        layout.prediction_table_key(run, result.item): f"{PREDICTIONS_FOLDER}/{result.item}.parquet"
        for result in record.results
        if result.status == "completed"
    }
    has_some = bool(_copied(sources, summary, store))
    return summary.model_copy(update={"predictions": PREDICTIONS_FOLDER if has_some else None})


def _copied(files: Mapping[str, str], summary: Summary, store: Store) -> set[str]:
    """The sources whose copies are there now; `files` are names in the run's results by source."""
    name, run = summary.provenance.name, summary.provenance.run
    there = set(store.keys(layout.archived_key(name, run, "")))

    def copied(source: str, file: str) -> bool:
        target = layout.archived_key(name, run, file)
        if target in there:
            return True
        try:
            store.copy(source, target)
        except StorageError as error:
            # The comparison was paid for, and must not be lost to a file beside it.
            log.warning("%s is not kept with the results: %s", source, error)
            return False
        return True

    with ThreadPoolExecutor(CONNECTIONS) as copiers:
        return {
            source
            for source, is_there in zip(
                files, copiers.map(copied, files, files.values()), strict=True
            )
            if is_there
        }
