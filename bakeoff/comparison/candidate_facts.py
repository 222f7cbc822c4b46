"""What is true of all jobs of a candidate, however they went: its recipe and its conditions."""

import json
from collections.abc import Sequence

from bakeoff import metrics
from bakeoff.jobs.instances import instance_type_of
from bakeoff.jobs.plan_item import PlanItem
from bakeoff.methods import is_used
from bakeoff.prepared.manifest import Manifest, PreparedDataset
from bakeoff.request.resolved import Candidate, ResolvedRequest
from bakeoff.summary.columns import SCHEMA_VERSION
from bakeoff.summary.csv_table import Cell

Row = dict[str, Cell]

_AVERAGES = {"binary": "binary", "multiclass": "macro"}


def candidate_facts(
    resolved: ResolvedRequest,
    manifest: Manifest,
    candidate: Candidate,
    items: Sequence[PlanItem],
) -> Row:
    """Cells of both tables; `items` are the plan's for this candidate."""
    model = manifest.model(candidate.candidate)
    tracked = items[0].training_job.get("ExperimentConfig") if items else None
    return {
        "schema_version": SCHEMA_VERSION,
        "candidate": candidate.candidate,
        "model": candidate.model,
        "model_revision": model.revision if model else candidate.revision,
        "method": candidate.method,
        **_dataset_facts(resolved, manifest),
        **_recipe(candidate, model.max_length if model else None),
        "instance_type": instance_type_of(resolved, candidate.method),
        "run": resolved.run,
        "experiment": tracked["ExperimentName"] if tracked else None,
    }


def _recipe(candidate: Candidate, max_length: int | None) -> Row:
    """The hyperparameters; empty is what the method does not use."""
    recipe = candidate.hyperparameters.model_dump()
    if max_length is not None:
        recipe["max_length"] = max_length
    if recipe["train_batch_tokens"] is not None:
        recipe["train_batch_size"] = None
    return {
        name: value if is_used(name, candidate.method) else None for name, value in recipe.items()
    }


def _dataset_facts(resolved: ResolvedRequest, manifest: Manifest) -> Row:
    if manifest.dataset is None:
        return {
            **dict.fromkeys(_OF_DATASET),
            **_main_metric(resolved.main_metric),
            "dataset": resolved.dataset.id,
            "dataset_revision": resolved.dataset.revision,
        }
    return _described(manifest.dataset) | _main_metric(
        resolved.main_metric_of(manifest.dataset.task)
    )


_OF_DATASET = (
    "average",
    "positive_label",
    "task",
    "task_reason",
    "num_labels",
    "text_columns",
    "label_columns",
    "leaked_rows_dropped",
    "train_rows",
    "validation_rows",
    "test_rows",
    "dataset_fingerprint",
)


def _described(dataset: PreparedDataset) -> Row:
    return {
        "average": _AVERAGES.get(dataset.task),
        "positive_label": dataset.positive_label if dataset.task == "binary" else None,
        "task": dataset.task,
        "task_reason": dataset.task_reason,
        "num_labels": len(dataset.labels) or None,
        "text_columns": json.dumps(dataset.text_columns, ensure_ascii=False),
        "label_columns": json.dumps(dataset.label_columns, ensure_ascii=False),
        "leaked_rows_dropped": dataset.leaked_rows_dropped,
        "train_rows": dataset.rows.train,
        "validation_rows": dataset.rows.validation,
        "test_rows": dataset.rows.test,
        "dataset": dataset.id,
        "dataset_revision": dataset.revision,
        "dataset_fingerprint": dataset.fingerprint,
    }


def _main_metric(name: str | None) -> Row:
    if name is None:
        return {"main_metric": None, "main_metric_direction": None}
    direction = "higher" if metrics.higher_is_better(name) else "lower"
    return {"main_metric": name, "main_metric_direction": direction}
