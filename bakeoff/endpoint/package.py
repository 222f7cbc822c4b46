"""A kept model as a package in SageMaker's Model Registry: the complete requests."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bakeoff import layout
from bakeoff.endpoint.creation import container_environment
from bakeoff.metrics import higher_is_better
from bakeoff.names import endpoint_name
from bakeoff.settings import tags_of
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary
from bakeoff.summary.job import JobSummary
from bakeoff.summary.kept_model import KeptModel

CONTENT_TYPES = ["application/json", "application/jsonlines"]
STATISTICS_FILE = "statistics.json"
_MODEL_QUALITY: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "binary": (
        "binary_classification_metrics",
        {
            "accuracy": "accuracy",
            "precision": "precision",
            "recall": "recall",
            "f1": "f1",
            "roc_auc": "auc",
        },
    ),
    "multiclass": (
        "multiclass_classification_metrics",
        {"accuracy": "accuracy", "weighted_f1": "weighted_f1"},
    ),
    "regression": ("regression_metrics", {"mae": "mae", "rmse": "rmse", "r2": "r2"}),
}
"""By task, the section of SageMaker's statistics and its name for each of our metrics.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-metrics.html
"""
_MAX_PROPERTY = 256
_NOT_IN_A_PROPERTY = re.compile(r"[^\w .:/=+@-]")


@dataclass(frozen=True)
class PackagePlan:
    """A group for all packages of these results, and the package."""

    group: dict[str, Any]
    package: dict[str, Any]
    statistics_key: str
    statistics: bytes
    """What the package's metrics refer to, which must be there first."""


def package_plan(
    summary: Summary, kept: KeptModel, bucket: str, image: str, project: str
) -> PackagePlan:
    """The package of a run's kept model, which waits for somebody's approval."""
    run = summary.provenance
    candidate = next(each for each in summary.candidates if each.candidate == kept.candidate)
    job = next(each for each in candidate.jobs if each.seed == kept.seed)
    group = endpoint_name(project, run.name)
    folder = kept.file.rpartition("/")[0]
    key = layout.archived_key(run.name, run.run, f"{folder}/seed-{kept.seed}.{STATISTICS_FILE}")
    archive = layout.s3_uri(bucket, layout.archived_key(run.name, run.run, kept.file))
    metrics = {"ContentType": "application/json", "S3Uri": layout.s3_uri(bucket, key)}
    container = {
        "Image": image,
        "ModelDataUrl": archive,
        "Environment": container_environment(allow_remote_code=False),
    }
    return PackagePlan(
        group={
            "ModelPackageGroupName": group,
            "ModelPackageGroupDescription": f"The best models of {run.name}, found by Bakeoff.",
            "Tags": tags_of(project, run.name),
        },
        package={
            "ModelPackageGroupName": group,
            "ModelPackageDescription": package_description(run.run, kept),
            "ModelApprovalStatus": "PendingManualApproval",
            "InferenceSpecification": {
                "Containers": [container],
                "SupportedContentTypes": CONTENT_TYPES,
                "SupportedResponseMIMETypes": CONTENT_TYPES,
            },
            "ModelMetrics": {"ModelQuality": {"Statistics": metrics}},
            "CustomerMetadataProperties": _properties(summary, candidate, kept),
        },
        statistics_key=key,
        statistics=json.dumps(_statistics(summary, job)).encode(),
    )


def package_description(run: str, kept: KeptModel) -> str:
    """By it a package is known, so that the same model is not registered twice."""
    return f"Run {run}, candidate {kept.candidate}, seed {kept.seed}"


def _properties(summary: Summary, candidate: CandidateSummary, kept: KeptModel) -> dict[str, str]:
    run, metric = summary.provenance, summary.conditions.main_metric
    properties = {
        "run": run.run,
        "candidate": kept.candidate,
        "seed": str(kept.seed),
        "model": candidate.model,
        "method": candidate.method,
        "dataset": summary.conditions.dataset,
        "task": summary.conditions.task or "",
    }
    found = candidate.metrics.get(metric or "")
    if metric and found is not None:
        better = "higher" if higher_is_better(metric) else "lower"
        properties |= {"main_metric": metric, metric: repr(found.mean), "better": better}
        if found.interval is not None:
            properties["interval"] = f"{found.interval.low!r} to {found.interval.high!r}"
    return {
        name: _NOT_IN_A_PROPERTY.sub("_", value)[:_MAX_PROPERTY]
        for name, value in properties.items()
        if value
    }


def _statistics(summary: Summary, job: JobSummary) -> dict[str, Any]:
    """The scores on test of the model itself; of several labels, SageMaker has no section."""
    section, names = _MODEL_QUALITY.get(
        summary.conditions.task or "", ("metrics", {name: name for name in job.test})
    )
    return {
        "version": 0.0,
        section: {
            theirs: {"value": job.test[ours], "standard_deviation": "NaN"}
            for ours, theirs in names.items()
            if ours in job.test
        },
    }
