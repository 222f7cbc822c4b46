"""A request with its manifest, results and the deployment's settings, to build tests on."""

import json

from bakeoff.jobs.plan import plan_wave, plannable_dataset
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.wave import Training, Wave
from bakeoff.methods import is_baseline
from bakeoff.prepared.manifest import Manifest
from bakeoff.race.race import race_of
from bakeoff.request.resolved import resolve
from bakeoff.request.schema import parse_request
from bakeoff.settings import ServiceSettings
from tests.support.finished_job import INFERENCE

RUN = "3f2a9c1d00000000"

ENVIRONMENT = {
    "BUCKET": "bakeoff-bucket",
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

WALK_THROUGH = {
    "dataset": "stanfordnlp/imdb",
    "models": ["distilbert-base-uncased", "distilroberta-base"],
}


def settings_with(**changes):
    changed = {name.upper(): value for name, value in changes.items()}
    return ServiceSettings.from_environment(ENVIRONMENT | changed)


def parsed(document, **options):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_request(content, file_name="requests/imdb.json", **options)


def resolved_with(settings=None, **changes):
    """The walk-through's request, changed and resolved; without baselines by default."""
    document = WALK_THROUGH | {"baselines": False} | changes
    return resolve(parsed(document), RUN, settings or settings_with())


def manifest_for(resolved, failed=(), **dataset):
    """PrepareData's manifest; the models in `failed` could not be prepared."""
    models = [
        {
            "candidate": candidate.candidate,
            "model": candidate.model,
            "revision": "0" * 40,
            "status": "failed" if candidate.model in failed else "ready",
            "reason": "it has no tokeniser" if candidate.model in failed else None,
            "max_length": 512,
            "num_parameters": 66_955_010,
            "snapshot_prefix": f"cache/models/{candidate.candidate}/",
            "tokenised_prefix": f"cache/tokenised/{candidate.candidate}/",
        }
        for candidate in resolved.candidates
        if not is_baseline(candidate.method)
    ]
    prepared = {
        "id": resolved.dataset.id,
        "revision": "e" * 40,
        "fingerprint": "f" * 64,
        "text_columns": ["text"],
        "label_columns": ["label"],
        "task": "binary",
        "task_reason": "The column label has two values.",
        "labels": ["neg", "pos"],
        "positive_label": "pos",
        "rows": {"train": 22500, "validation": 2500, "test": 10000},
        "prefix": "cache/datasets/ffff/",
    }
    document = {"schema_version": 2, "status": "ready", "dataset": prepared | dataset}
    return Manifest.from_json(json.dumps(document | {"models": models}).encode())


def planned(resolved, settings=None, **outcome):
    """The plan of a race that is one wave: every seed of every candidate, trained to the end."""
    return plan_of(resolved, manifest_for(resolved, **outcome), settings or settings_with())


def plan_of(resolved, manifest, settings):
    dataset = plannable_dataset(resolved, manifest)
    runners = race_of(resolved, manifest, dataset).runners
    trainings = [Training(each.candidate, seed) for each in runners for seed in each.seeds]
    return plan_wave(resolved, manifest, dataset, settings, Wave(1, "final", trainings))


def job_metrics(f1=0.5, loss=0.25, **changes):
    """metrics.json of a job with this F1 and loss on test; on validation F1 is 0.01 higher."""
    scores = {"loss": loss, "accuracy": 0.9, "f1": f1, "precision": 0.8, "recall": 0.7}
    validation = scores | {"f1": f1 + 0.01}
    metrics = {
        "schema_version": 2,
        "best_epoch": 2,
        "metrics": {"test": scores, "validation": validation},
        "num_parameters": 67_000_000,
        "model_bytes": 268_000_000,
        "device": "NVIDIA A10G",
        "method": "full",
        "threshold": None,
        "epochs_trained": 2,
        "stopped_early": False,
        "precision": "bf16",
        "micro_batch_size": 32,
        "gradient_accumulation_steps": 1,
        "padding_share": 0.02,
        "train_rows_per_second": 120.5,
        "memory_of": "gpu",
        "train_peak_bytes": 5_000_000_000,
        "inference": INFERENCE,
        "notes": [],
        "chosen": {},
    }
    return metrics | changes


def metrics_with_scores(**scores):
    """metrics.json of a job with these scores on test and validation."""
    return job_metrics() | {"metrics": {"test": scores, "validation": scores}}


def completed(item, f1=0.5, loss=0.25, **changes):
    """The result of a plan item's job with this F1 and loss on test."""
    values = {
        "item": item.item,
        "candidate": item.candidate,
        "seed": item.seed,
        "job_name": f"{item.base_job_name}-1",
        "status": "completed",
        "reason": None,
        "attempts": 1,
        "metrics": job_metrics(f1, loss),
        "training_seconds": 900,
        "billable_seconds": 300,
        "instance_type": item.training_job["ResourceConfig"]["InstanceType"],
        "model_artifact_uri": "s3://bakeoff-bucket/model.tar.gz",
        "output_uri": "s3://bakeoff-bucket/output.tar.gz",
    }
    return JobResult(**values | changes)


def failed(item, reason="The GPU's memory ran out."):
    return completed(item, 0.0, status="failed", reason=reason, metrics=None)
