"""The request that makes a comparison again: the same rows, and models at the same commits."""

from typing import Any

from bakeoff.errors import DocumentError
from bakeoff.methods import is_baseline
from bakeoff.request.hyperparameters import Hyperparameters
from bakeoff.request.resolved import Candidate, ResolvedDataset, ResolvedRequest
from bakeoff.request.schema import CommonFields
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary

Json = dict[str, Any]

_NO_BASELINES = {"baselines": False}


def request_again(summary: Summary) -> Json | None:
    """With the models that were trained to the end; fields with their defaults are left out.

    None where the summary does not hold a whole request, or no model was trained to the end.
    """
    try:
        resolved = ResolvedRequest.from_object(summary.provenance.request)
    except DocumentError:
        return None
    finalists = {each.candidate: each for each in summary.candidates if each.seeds}
    models = [
        _model(each, finalists[each.candidate])
        for each in resolved.candidates
        if each.candidate in finalists and not is_baseline(each.method)
    ]
    if not models:
        return None
    conditions = summary.conditions
    return {
        "name": resolved.name,
        "dataset": _dataset(resolved.dataset, conditions.dataset_revision),
        **_columns("text", conditions.text_columns),
        **_columns("label", conditions.label_columns),
        "models": models,
        **({} if any(is_baseline(each.method) for each in resolved.candidates) else _NO_BASELINES),
        **_changed(resolved.model_dump(mode="json"), CommonFields().model_dump(mode="json")),
    }


def _dataset(dataset: ResolvedDataset, revision: str | None) -> Json:
    places = (dataset.files or dataset.splits).model_dump()
    pinned = {} if dataset.files else {"id": dataset.id, "revision": revision}
    members = {
        **pinned,
        "config": dataset.config,
        **places,
        "encoding": dataset.encoding,
        "quotes": dataset.quotes,
    }
    return {name: value for name, value in members.items() if value is not None}


def _columns(field: str, names: list[str]) -> Json:
    """Also those that the run has found by itself."""
    if not names:
        return {}
    return {field: names[0] if len(names) == 1 else names}


def _model(candidate: Candidate, found: CandidateSummary) -> Json:
    own = _changed(
        candidate.hyperparameters.model_dump(mode="json"),
        Hyperparameters().model_dump(mode="json"),
    )
    members = {
        "id": candidate.model,
        "revision": found.model_revision,
        "method": candidate.method if candidate.method != "full" else None,
        "hyperparameters": own or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _changed(values: Json, defaults: Json) -> Json:
    """The members of `defaults` that have another value, other than null: that of a setting which
    excludes another one."""
    return {
        name: values[name]
        for name, default in defaults.items()
        if name in values and values[name] is not None and values[name] != default
    }
