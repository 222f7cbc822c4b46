"""The conditions of a run, the same for all its candidates."""

from bakeoff import metrics
from bakeoff.prepared.manifest import Manifest
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.summary.document import Conditions


def conditions_of(resolved: ResolvedRequest, manifest: Manifest) -> Conditions:
    """As the data set was prepared; as far as the request knows them if no data was prepared."""
    dataset = manifest.dataset
    if dataset is None:
        return Conditions.model_validate(
            {
                "dataset": resolved.dataset.id,
                "dataset_revision": resolved.dataset.revision,
                "dataset_fingerprint": None,
                "task": None,
                "task_reason": None,
                "labels": [],
                "positive_label": None,
                "text_columns": resolved.text or [],
                "label_columns": resolved.label or [],
                "rows": {},
                **_main_metric(resolved.main_metric),
            }
        )
    return Conditions.model_validate(
        {
            "dataset": dataset.id,
            "dataset_revision": dataset.revision,
            "dataset_fingerprint": dataset.fingerprint,
            "task": dataset.task,
            "task_reason": dataset.task_reason,
            "labels": dataset.labels,
            "positive_label": dataset.positive_label if dataset.task == "binary" else None,
            "text_columns": dataset.text_columns,
            "label_columns": dataset.label_columns,
            "rows": dataset.rows.model_dump(),
            "leaked_rows_dropped": dataset.leaked_rows_dropped,
            **_main_metric(resolved.main_metric_of(dataset.task)),
        }
    )


def _main_metric(name: str | None) -> dict[str, str | None]:
    direction = None
    if name is not None:
        direction = "higher" if metrics.higher_is_better(name) else "lower"
    return {"main_metric": name, "main_metric_direction": direction}
