"""A run whose jobs have all ended, as Compare finds it in the bucket, without any training.

Its predictions are made when they are read, because those of a thousand candidates would fill the
memory that a benchmark is to measure.
"""

import base64
import gzip
import io
import json
import threading
import time
from collections.abc import Mapping

import numpy as np

from bakeoff import layout
from bakeoff.jobs.plan import plan_wave, plannable_dataset
from bakeoff.jobs.plan_item import PlanItem, plan_to_json
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.wave import Training, Wave
from bakeoff.metrics import METRICS_OF, Task
from bakeoff.prepared.manifest import Manifest
from bakeoff.prepared.row_slices import Grouping, RowSlices, Slice
from bakeoff.request.resolved import ResolvedRequest, resolve
from bakeoff.request.schema import parse_request
from bakeoff.settings import ServiceSettings
from bench.memory_store import MemoryStore

RUN = "3f2a9c1d00000000"
NAME = "benchmark"
PAYLOAD = {"run": RUN, "name": NAME, "execution_arn": "arn:aws:states:eu-west-1:1:execution:b:1"}

LABELS: dict[Task, int] = {"binary": 2, "multiclass": 77, "multilabel": 28, "regression": 0}
"""The labels of each task; multiclass as banking77, multilabel as GoEmotions."""
THRESHOLD = 0.3
_LABELS_PER_ROW = 1.2
_EPOCHS = 3
_DATASET_PREFIX = "cache/datasets/ffff/"
# Those by which the rows are sliced, beside their texts' length and their labels.
_COLUMNS = ("country", "product")
# How far apart the best and the worst candidate are, and two seeds of one candidate.
_BEST, _WORST, _LUCK = 2.0, 1.0, 0.02

SETTINGS = {
    "BUCKET": "bucket",
    "SAGEMAKER_ROLE_ARN": "arn:aws:iam::111122223333:role/BakeoffSageMaker",
    "TRAINING_IMAGE": "763104351884.dkr.ecr.eu-central-1.amazonaws.com/image:tag",
    "CODE_BUCKET": "cdk-assets",
    "CODE_KEY": "0123abcd.gz",
    "AWS_REGION": "eu-central-1",
    "TRAINING_INSTANCE_TYPE": "ml.g5.xlarge",
    "BASELINE_INSTANCE_TYPE": "ml.m5.xlarge",
    "PROCESSING_INSTANCE_TYPE": "ml.m5.2xlarge",
    "TRAINING_VOLUME_GB": "90",
    "PROCESSING_VOLUME_GB": "110",
    "MAX_RUNTIME_SECONDS": "14400",
    "MAX_PARALLEL_JOBS": "2",
    "RUN_RETENTION_DAYS": "90",
    "USE_SPOT": "true",
    "HUB_TOKEN_SECRET_ARN": "",
    "HUB_ENDPOINT": "",
    "ALLOW_REMOTE_CODE": "false",
    "SUBNET_IDS": "",
    "SECURITY_GROUP_IDS": "",
    "PROJECT_TAG": "Bakeoff",
}


class MadeUpRun(MemoryStore):
    """The bucket of a run of this size, which has what Compare writes as well.

    Models and tables of predictions are empty: Compare has S3 copy them, and reads none.
    """

    def __init__(self, task: Task, num_candidates: int, num_seeds: int, num_rows: int) -> None:
        super().__init__("bucket")
        self.seconds, self.cpu_seconds = 0.0, 0.0
        """What making up predictions took, all threads together."""
        self._task, self._num_rows, self._num_candidates = task, num_rows, num_candidates
        self._labels = [f"label-{number:02}" for number in range(LABELS[task])]
        self._lock = threading.Lock()
        resolved = _resolved(num_candidates, num_seeds, task)
        manifest = _manifest(resolved, task, self._labels, num_rows)
        settings = ServiceSettings.from_environment(SETTINGS)
        trainings = [
            Training(candidate.candidate, seed)
            for candidate in resolved.candidates
            for seed in resolved.seeds_of(candidate)
        ]
        dataset, wave = plannable_dataset(resolved, manifest), Wave(1, "final", trainings)
        items = plan_wave(resolved, manifest, dataset, settings, wave).items
        place = {each.candidate: index for index, each in enumerate(resolved.candidates)}
        self._jobs = {
            layout.predictions_key(RUN, item.item): (place[item.candidate], item.seed)
            for item in items
        }
        self.objects = {
            layout.resolved_request_key(RUN): resolved.to_json(),
            layout.manifest_key(RUN): manifest.to_json(),
            layout.plan_key(RUN, 1): plan_to_json(items),
            layout.claim_key(RUN): b'{"requested_at": "2026-11-12T00:00:00Z"}',
            layout.row_slices_key(_DATASET_PREFIX): gzip.compress(
                _slices(task, num_rows).to_json()
            ),
            **{item.result_key: self._result(item, place[item.candidate]) for item in items},
            **{_model_key(item): b"" for item in items},
            **{layout.prediction_table_key(RUN, item.item): b"" for item in items},
        }

    def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> bytes:
        if key in self._jobs:
            began, cpu_began = time.perf_counter(), time.thread_time()
            content = self._predictions(*self._jobs[key])
            with self._lock:
                self.seconds += time.perf_counter() - began
                self.cpu_seconds += time.thread_time() - cpu_began
            return content
        return super().get(key, version_id=version_id, max_bytes=max_bytes)

    def _quality(self, candidate: int, seed: int) -> float:
        spread = (_WORST - _BEST) * candidate / self._num_candidates
        return _BEST + spread + _LUCK * float(np.random.default_rng([candidate, seed]).normal())

    def _predictions(self, candidate: int, seed: int) -> bytes:
        """A predictions.npz with the same truth for all."""
        truth, chance = np.random.default_rng(0), np.random.default_rng([1, candidate, seed])
        quality, rows = self._quality(candidate, seed), self._num_rows
        shape = (rows, len(self._labels))
        if self._task == "regression":
            labels: np.ndarray = truth.normal(0, 1, rows)
            logits = (quality * labels + chance.normal(0, 1, rows)).astype(np.float32)
        elif self._task == "multilabel":
            is_given = truth.random(shape) < _LABELS_PER_ROW / len(self._labels)
            labels = is_given.astype(np.float32)
            logits = chance.standard_normal(shape, np.float32) - 3
            logits += np.float32(2 * quality) * labels
        else:
            labels = truth.integers(0, len(self._labels), rows)
            logits = chance.standard_normal(shape, np.float32)
            logits[np.arange(rows), labels] += np.float32(quality)
        content = io.BytesIO()
        np.savez_compressed(content, ids=np.arange(rows), labels=labels, logits=logits)
        return content.getvalue()

    def _result(self, item: PlanItem, candidate: int) -> bytes:
        score = self._quality(candidate, item.seed) / 3
        scores = dict.fromkeys(METRICS_OF[self._task], score)
        return JobResult.from_object(
            {
                "item": item.item,
                "candidate": item.candidate,
                "seed": item.seed,
                "job_name": f"{item.base_job_name}-1",
                "status": "completed",
                "reason": None,
                "attempts": 1,
                "metrics": _metrics(scores, self._task),
                "training_seconds": 900,
                "billable_seconds": 300,
                "instance_type": "ml.g5.xlarge",
                "model_artifact_uri": f"s3://{self.bucket}/{_model_key(item)}",
                "output_uri": f"s3://bucket/runs/{RUN}/output/{item.item}/output.tar.gz",
            }
        ).to_json()


def _model_key(item: PlanItem) -> str:
    return f"runs/{RUN}/output/{item.item}/model.tar.gz"


def _resolved(num_candidates: int, num_seeds: int, task: Task) -> ResolvedRequest:
    request = {
        "name": NAME,
        "dataset": "owner/data",
        "task": task,
        "models": [f"organisation/model-{number:04}" for number in range(num_candidates)],
        "seeds": list(range(num_seeds)),
        "baselines": False,
    }
    content = json.dumps(request).encode()
    settings = ServiceSettings.from_environment(SETTINGS)
    return resolve(parse_request(content, file_name=f"{NAME}.json"), RUN, settings)


def _manifest(resolved: ResolvedRequest, task: Task, labels: list[str], num_rows: int) -> Manifest:
    models = [
        {
            "candidate": each.candidate,
            "model": each.model,
            "revision": "0" * 40,
            "status": "ready",
            "max_length": 512,
            "num_parameters": 66_955_010,
            "snapshot_prefix": f"cache/models/{each.candidate}/",
            "tokenised_prefix": f"cache/tokenised/{each.candidate}/",
        }
        for each in resolved.candidates
    ]
    dataset = {
        "id": "owner/data",
        "revision": "e" * 40,
        "fingerprint": "f" * 64,
        "text_columns": ["text"],
        "label_columns": ["label"],
        "task": task,
        "task_reason": "The request says so.",
        "labels": labels,
        "positive_label": labels[1] if task == "binary" else None,
        "rows": {"train": 22500, "validation": 2500, "test": num_rows},
        "prefix": _DATASET_PREFIX,
    }
    return Manifest.from_object(
        {"schema_version": 2, "status": "ready", "dataset": dataset, "models": models}
    )


def _slices(task: Task, num_rows: int) -> RowSlices:
    """Each grouping divides the rows at random into slices of about the same size."""
    chance = np.random.default_rng(2)

    def slices(count: int) -> list[Slice]:
        members = chance.integers(0, count, num_rows)
        return [
            Slice(kind="value", name=str(each), rows=_base64(np.packbits(members == each)))
            for each in range(count)
        ]

    by_truth = "target" if task == "regression" else "label"
    return RowSlices(
        schema_version=1,
        ids=_base64(np.arange(num_rows, dtype="<i8")),
        groupings=[
            Grouping(by="text_length", column=None, slices=slices(4)),
            Grouping(by=by_truth, column=None, slices=slices(10)),
            *(Grouping(by="column", column=each, slices=slices(12)) for each in _COLUMNS),
        ],
    )


def _base64(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


def _metrics(scores: Mapping[str, float], task: Task) -> dict[str, object]:
    """A job's metrics.json, with all that a summary takes from it."""
    epochs = range(1, _EPOCHS + 1)
    return {
        "task": task,
        "threshold": THRESHOLD if task == "multilabel" else None,
        "temperature": None if task == "regression" else 1.5,
        "best_epoch": 2,
        "epochs_trained": _EPOCHS,
        "stopped_early": False,
        "metrics": {"test": scores, "validation": scores},
        "history": [{"epoch": epoch, "train_loss": 0.6 / epoch, **scores} for epoch in epochs],
        "num_parameters": 67_000_000,
        "model_bytes": 268_000_000,
        "device": "NVIDIA A10G",
        "precision": "bf16",
        "micro_batch_size": 32,
        "gradient_accumulation_steps": 1,
        "padding_share": 0.0213987,
        "train_rows_per_second": 120.5182,
        "memory_of": "gpu",
        "train_peak_bytes": 5_000_000_000,
        "inference": {
            "device": "NVIDIA A10G",
            "latency_p50_seconds": 0.0041928,
            "latency_p95_seconds": 0.0050397,
            "latency_p99_seconds": 0.0080128,
            "rows_per_second_batch_1": 240.1287,
            "rows_per_second_batch_32": 2000.7812,
            "peak_bytes": 400_000_000,
            "tokens_per_text": 231.518,
        },
        "library_versions": {"torch": "2.9.0", "transformers": "5.3.0"},
    }
