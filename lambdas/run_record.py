"""Reads what a run left in the bucket, for its comparison."""

import gzip
import io
import json
import logging
import zlib
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from bakeoff import layout
from bakeoff.comparison.add_statistics import CompletedJob, ReadPredictions
from bakeoff.comparison.job_results import job_results
from bakeoff.comparison.summarise import RunRecord
from bakeoff.comparison.suspect_labels import ReadProbabilities
from bakeoff.cost.cost_plan import CostPlan
from bakeoff.errors import DocumentError, ObjectNotFoundError, StorageError
from bakeoff.jobs.plan_item import PlanItem
from bakeoff.names import experiment_name
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.manifest import Manifest
from bakeoff.prepared.row_slices import RowSlices
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.search.search_outcome import SearchOutcome
from bakeoff.statistics import ComparisonSpec, JobPredictions, read_predictions, reduce_predictions
from bakeoff.statistics.label_probabilities import LabelProbabilities, read_label_probabilities
from bakeoff.summary.staged_race import SearchCounts
from lambdas.aws.sagemaker import SageMaker
from lambdas.aws.store import Store
from lambdas.wave_record import read_waves

# Predictions of so many jobs are in memory at once before they are reduced; each may be large.
_READERS = 4

log = logging.getLogger("bakeoff")


def read_run(payload: dict[str, Any], store: Store, sagemaker: SageMaker) -> RunRecord:
    """Everything but the predictions; `payload` is Compare's: run, name and execution_arn.

    Jobs that left an output but no record are recorded first.

    Raises StorageError or DocumentError if request, manifest or plan cannot be read. A job without
    a result is recorded as missing; without a cost plan or a data card the comparison lacks what
    follows from them.
    """
    run = payload["run"]
    resolved = ResolvedRequest.from_json(store.get(layout.resolved_request_key(run)))
    manifest = Manifest.from_json(store.get(layout.manifest_key(run)))
    waves = read_waves(run, store, sagemaker)
    if not waves:
        raise ObjectNotFoundError(f"there is no plan under {layout.waves_prefix(run)}")
    items = [item for wave in waves for item in wave.items]
    results = [result for wave in waves for result in wave.results]
    finals = [item for item in items if item.stage == "final"]
    cost_plan = store.find(layout.cost_plan_key(run))
    return RunRecord(
        resolved=resolved,
        manifest=manifest,
        results=job_results(resolved, manifest, finals, results),
        about=_about(payload, items, store),
        cost_plan=None if cost_plan is None else CostPlan.from_json(cost_plan),
        data_card=_data_card(store.find(layout.data_card_key(run))),
        outcomes=[wave.outcome for wave in waves if wave.outcome is not None],
        stage_results=[result for result in results if result.stage != "final"],
        search=_search(store.find(layout.search_key(run))),
    )


def _about(payload: dict[str, Any], items: Sequence[PlanItem], store: Store) -> dict[str, Any]:
    """What run.json holds."""
    run, name = payload["run"], payload["name"]
    claim = json.loads(store.get(layout.claim_key(run)))
    is_tracked = any("ExperimentConfig" in item.training_job for item in items)
    return {
        "run": run,
        "name": name,
        "execution_arn": payload["execution_arn"],
        "experiment": experiment_name(name, run) if is_tracked else None,
        "request_key": claim.get("request_key"),
        "requested_at": claim.get("requested_at"),
    }


def _data_card(content: bytes | None) -> DataCard | None:
    """None, too, if it cannot be read: the run is compared all the same."""
    if content is None:
        return None
    try:
        return DataCard.from_json(content)
    except DocumentError as error:
        log.warning("data.json cannot be read: %s", error)
        return None


def _search(content: bytes | None) -> SearchCounts | None:
    """None, too, if it cannot be read: the run is compared all the same."""
    if content is None:
        return None
    try:
        found = SearchOutcome.from_json(content)
    except DocumentError as error:
        log.warning("search.json cannot be read: %s", error)
        return None
    dropped = {str(kind): number for kind, number in found.num_dropped.items()}
    return SearchCounts(listed=found.num_listed, found=len(found.found), dropped=dropped)


def predictions_reader(run: str, spec: ComparisonSpec, store: Store) -> ReadPredictions:
    """Reads and reduces the predictions of the run's jobs, a few ahead of the one in use.

    Those that are missing or invalid are None. Raises StorageError if the bucket cannot be read.
    """

    def read(job: CompletedJob) -> JobPredictions | None:
        try:
            content = store.get(layout.predictions_key(run, job.item))
            predictions = read_predictions(content)
            return reduce_predictions(
                predictions,
                spec,
                job.seed,
                threshold=job.threshold,
                temperature=job.temperature,
                target_threshold=job.target_threshold,
                has_probabilities=job.has_probabilities,
            )
        except (DocumentError, ObjectNotFoundError) as error:
            log.warning("no predictions of %s: %s", job.item, error)
            return None

    def read_all(jobs: Sequence[CompletedJob]) -> Iterator[JobPredictions | None]:
        with ThreadPoolExecutor(_READERS) as readers:
            ahead: deque[Future[JobPredictions | None]] = deque()
            for job in jobs:
                ahead.append(readers.submit(read, job))
                if len(ahead) > _READERS:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    return read_all


def label_probabilities_reader(run: str, num_labels: int, store: Store) -> ReadProbabilities:
    """Those that are missing or invalid are None. Raises StorageError if the bucket cannot be
    read."""

    def read(item: str) -> LabelProbabilities | None:
        try:
            content = store.find(layout.label_probabilities_key(run, item))
            return None if content is None else read_label_probabilities(content, num_labels)
        except DocumentError as error:
            log.warning("%s says nothing of the labels: %s", item, error)
            return None

    return read


def read_row_slices(manifest: Manifest, store: Store) -> RowSlices | None:
    """The slices of the test rows; None, too, if they cannot be read or PrepareData left none."""
    if manifest.dataset is None:
        return None
    try:
        content = store.find(layout.row_slices_key(manifest.dataset.prefix))
        return None if content is None else RowSlices.from_json(gzip.decompress(content))
    except (DocumentError, StorageError, OSError, EOFError, zlib.error):
        log.exception("the test rows have no slices")
        return None


def read_texts(manifest: Manifest, ids: Collection[int], store: Store) -> dict[int, list[str]]:
    """The texts of the test rows with these ids, as far as PrepareData left them."""
    if manifest.dataset is None or not ids:
        return {}
    try:
        content = store.find(layout.test_texts_key(manifest.dataset.prefix))
        if content is None:
            return {}
        # Line by line: the texts of all rows may not fit into this function's memory.
        with gzip.open(io.BytesIO(content)) as lines:
            rows = map(json.loads, lines)
            return {row["id"]: row["texts"] for row in rows if row["id"] in ids}
    except (StorageError, OSError, EOFError, LookupError, TypeError, ValueError, zlib.error):
        log.exception("the hardest rows have no texts")
        return {}
