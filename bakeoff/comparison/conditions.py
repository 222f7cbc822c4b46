"""The conditions of a run, the same for all its candidates."""

from bakeoff import metrics
from bakeoff.methods import is_used
from bakeoff.prepared.manifest import Manifest
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.summary.conditions import Conditions


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
                **_of_models(resolved),
                "target": _target(resolved),
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
            **_of_models(resolved),
            "target": _target(resolved),
            **_main_metric(resolved.main_metric_of(dataset.task)),
        }
    )


def _of_models(resolved: ResolvedRequest) -> dict[str, float | int | None]:
    return {
        "forced_learning_rate": _forced_learning_rate(resolved),
        "models_found": resolved.search.num_found if resolved.search else None,
    }


def _target(resolved: ResolvedRequest) -> dict[str, float]:
    target = resolved.target
    return {target.metric: target.value} if target else {}


def _forced_learning_rate(resolved: ResolvedRequest) -> float | None:
    """The rate that the request gives all of several candidates; None if they could differ."""
    listed = resolved.tune.learning_rate
    only = listed[0] if isinstance(listed, list) and len(listed) == 1 else None
    rates = [
        only if each.hyperparameters.learning_rate is None else each.hyperparameters.learning_rate
        for each in resolved.candidates
        if is_used("learning_rate", each.method)
    ]
    return rates[0] if len(rates) > 1 and len(set(rates)) == 1 else None


def _main_metric(name: str | None) -> dict[str, str | None]:
    direction = None
    if name is not None:
        direction = "higher" if metrics.higher_is_better(name) else "lower"
    return {"main_metric": name, "main_metric_direction": direction}
