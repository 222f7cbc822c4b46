"""Compare: puts the jobs' results together into tables, summary and report."""

import gzip
import io
import json
import logging
import os
import zlib
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from bakeoff import layout, report
from bakeoff.comparison.compared_rows import with_statistics
from bakeoff.comparison.ownership import NO_PRICES
from bakeoff.comparison.rank import Comparison, compare
from bakeoff.comparison.summarise import (
    RunRecord,
    completed_jobs,
    question_of,
    summarise,
    with_texts,
)
from bakeoff.comparison.supersedes import is_newest
from bakeoff.cost.cost_plan import CostPlan
from bakeoff.cost.past_runs import past_run
from bakeoff.errors import DocumentError, StorageError
from bakeoff.jobs.plan_item import PlanItem, plan_from_json
from bakeoff.jobs.result import JobResult
from bakeoff.names import experiment_name
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.manifest import Manifest
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.statistics import JobPredictions, Question, read_predictions, reduce_predictions
from bakeoff.summary.columns import COMPARISON_COLUMNS, JOBS_COLUMNS
from bakeoff.summary.csv_table import to_csv
from bakeoff.summary.document import Summary
from lambdas.aws import Store

# Of predictions at once: before they are reduced, each may be large.
_READERS = 4

log = logging.getLogger("bakeoff")


def handler(payload: dict[str, Any], context: object) -> dict[str, Any]:
    return write_comparison(payload, Store.connect(os.environ["BUCKET"]))


def write_comparison(payload: dict[str, Any], store: Store) -> dict[str, Any]:
    """Writes all files of the results, this run's own and the newest.

    Plan items without a result become failed rows, so nothing that was planned is lost. With
    `"statistics": false` in the payload there are averages alone.
    """
    run, name = payload["run"], payload["name"]
    resolved = ResolvedRequest.from_json(store.get(layout.resolved_request_key(run)))
    manifest = Manifest.from_json(store.get(layout.manifest_key(run)))
    items = plan_from_json(store.get(layout.plan_key(run)))
    results = _results(items, store)
    cost_plan = _cost_plan(store, run)
    prices = cost_plan.prices_usd_per_hour if cost_plan else NO_PRICES
    comparison = compare(resolved, manifest, items, results, prices)
    asked = manifest.dataset if payload.get("statistics", True) else None
    question = question_of(resolved, asked) if asked else None
    data_card = store.find(layout.data_card_key(run))
    about, card = _about(payload, store), _card(data_card)
    record = RunRecord(resolved, manifest, comparison, {}, cost_plan, about, card)
    # First without what takes memory and time: should that end this function, the tables are there.
    _archive(_tables(comparison, summarise(record, None)), store, name, run)
    summary = _summary(record, question, store)
    files = _files(comparison, summary, data_card, about)
    _publish(files, store, name, run, about["requested_at"])
    _remember(record, store)
    failed = sum(row["status"] != "completed" for row in comparison.rows)
    log.info("run %s: %d candidates, %d failed", run, len(comparison.rows), failed)
    return {
        "run": run,
        "name": name,
        "bucket": store.bucket,
        "num_candidates": len(comparison.rows),
        "num_failed": failed,
        "best_candidate": comparison.best,
    }


def _summary(record: RunRecord, question: Question | None, store: Store) -> Summary:
    """With intervals and tests, if they can be found."""
    if question is None:
        return summarise(record, None)
    try:
        predictions = _predictions(record.comparison, question, store, record.resolved.run)
        summary = summarise(replace(record, predictions=predictions), question)
    except (ArithmeticError, LookupError, MemoryError, ValueError):
        # Whatever numbers they stumble over, the averages were paid for and must not be lost.
        log.exception("the statistics of run %s could not be made", record.resolved.run)
        return summarise(record, None)
    ids = {row.id for row in summary.hardest_rows}
    return with_texts(summary, _texts(store, record.manifest, ids))


def _tables(comparison: Comparison, summary: Summary) -> dict[str, bytes]:
    rows = with_statistics(comparison.rows, summary)
    return {
        "comparison.csv": to_csv(COMPARISON_COLUMNS, rows).encode(),
        "jobs.csv": to_csv(JOBS_COLUMNS, comparison.job_rows).encode(),
        "summary.json": summary.to_json(),
    }


def _files(
    comparison: Comparison, summary: Summary, data_card: bytes | None, about: Mapping[str, Any]
) -> dict[str, bytes]:
    files = _tables(comparison, summary)
    if data_card is None:
        log.warning("run %s has no data card", about["run"])
    else:
        files["data.json"] = data_card
    try:
        files["report.html"] = report.render(summary, _card(data_card)).encode()
    except Exception:
        # Whatever a picture stumbles over, the numbers were paid for and must not be lost.
        log.exception("the report of run %s could not be made", about["run"])
    # Last: who waits for run.json finds the others complete.
    files["run.json"] = json.dumps(about, indent=1).encode()
    return files


def _card(content: bytes | None) -> DataCard | None:
    """None, too, if it is not a data card: what it describes was trained and compared all the
    same."""
    if content is None:
        return None
    try:
        return DataCard.from_json(content)
    except DocumentError as error:
        log.warning("data.json cannot be read: %s", error)
        return None


def _remember(record: RunRecord, store: Store) -> None:
    """For the estimates of later runs."""
    jobs = completed_jobs(record.comparison)
    past = past_run(record.resolved, record.manifest, record.data_card, jobs)
    if past is None:
        return
    try:
        store.put(layout.past_run_key(record.resolved.run), past.to_json())
    except StorageError as error:
        log.warning("later estimates will not know of this run: %s", error)


def _about(payload: dict[str, Any], store: Store) -> dict[str, Any]:
    run, name = payload["run"], payload["name"]
    claim = json.loads(store.get(layout.claim_key(run)))
    return {
        "run": run,
        "name": name,
        "execution_arn": payload["execution_arn"],
        "experiment": experiment_name(name, run),
        "request_key": claim.get("request_key"),
        "requested_at": claim.get("requested_at"),
    }


def _cost_plan(store: Store, run: str) -> CostPlan | None:
    content = store.find(layout.cost_plan_key(run))
    return None if content is None else CostPlan.from_json(content)


def _predictions(
    comparison: Comparison, question: Question, store: Store, run: str
) -> dict[str, JobPredictions]:
    """By the plan's item; without those that are missing or cannot be read."""

    def read(job: JobResult) -> JobPredictions | None:
        threshold = job.metrics.threshold if job.metrics else None
        try:
            content = store.get(layout.predictions_key(run, job.item))
            return reduce_predictions(read_predictions(content), question, job.seed, threshold)
        except (DocumentError, StorageError) as error:
            log.warning("no predictions of %s: %s", job.item, error)
            return None

    jobs = completed_jobs(comparison)
    with ThreadPoolExecutor(_READERS) as readers:
        found = zip(jobs, readers.map(read, jobs), strict=True)
        return {job.item: predictions for job, predictions in found if predictions is not None}


def _texts(store: Store, manifest: Manifest, ids: Collection[int]) -> dict[int, list[str]]:
    """Of the test rows with these ids, as far as PrepareData has left them."""
    if manifest.dataset is None or not ids:
        return {}
    try:
        content = store.find(layout.test_texts_key(manifest.dataset.prefix))
        if content is None:
            return {}
        # Line by line: unpacked, the texts of all rows may be larger than this function's memory.
        with gzip.open(io.BytesIO(content)) as lines:
            rows = map(json.loads, lines)
            return {row["id"]: row["texts"] for row in rows if row["id"] in ids}
    except (StorageError, OSError, EOFError, LookupError, TypeError, ValueError, zlib.error):
        log.exception("the hardest rows go without their texts")
        return {}


def _results(items: list[PlanItem], store: Store) -> list[JobResult]:
    if not items:
        return []
    run = items[0].run
    there = set(store.keys(layout.results_of_run_prefix(run)))
    keys = [item.result_key for item in items if item.result_key in there]
    return [JobResult.from_json(content) for content in store.get_all(keys)]


def _publish(
    files: dict[str, bytes], store: Store, name: str, run: str, requested_at: str | None
) -> None:
    _archive(files, store, name, run)
    published = (layout.latest_key(name, file) for file in ("run.json", "error.json"))
    if not is_newest(requested_at, map(store.find, published)):
        log.info("run %s ended after a newer one, whose results stand", run)
        return
    for file, content in files.items():
        store.put(layout.latest_key(name, file), content, _content_type(file))
    # An earlier run's failure would contradict the table beside it.
    store.delete(layout.latest_key(name, "error.json"))


def _archive(files: dict[str, bytes], store: Store, name: str, run: str) -> None:
    for file, content in files.items():
        store.put(layout.archived_key(name, run, file), content, _content_type(file))


def _content_type(file: str) -> str:
    suffix = file.rsplit(".", 1)[-1]
    return {"csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}.get(
        suffix, "application/json"
    )
