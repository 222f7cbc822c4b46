"""The rules of a request that concern several fields at once.

They look at the raw document, so that they are reported together with what is wrong in single
fields; where a field is of the wrong type they are silent, as that is reported already.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import ValidationError

from bakeoff.errors import Problem
from bakeoff.methods import BASELINES, ModelMethod, defaults_of, is_used, seeds_of
from bakeoff.quoting import shown
from bakeoff.request.column_rules import implied_task, label_rules
from bakeoff.request.hyperparameters import Hyperparameters, merged
from bakeoff.request.task_rules import no_task_problems, task_problems
from bakeoff.request.values import MAX_SEEDS, is_path, is_s3_uri, seeds_of_number

MAX_MODELS = 1000
MAX_JOBS = 10_000

# Two ways to say one thing.
_EXCLUSIVE = (("warmup_steps", "warmup_ratio"), ("train_batch_size", "train_batch_tokens"))

Document = dict[str, Any]


def broken_rules(document: Document) -> list[Problem]:
    """What is wrong across fields, in no particular order."""
    return [
        *_dataset_rules(document.get("dataset")),
        *label_rules(document),
        *_task_rules(document),
        *_exclusive_rules(document),
        *_baseline_rules(document),
        *_unused_hyperparameters(document),
        *_revision_rules(document),
        *_repeated_models(document),
        *_repeated_seeds(document),
        *_too_many_jobs(document),
    ]


def _dataset_rules(dataset: object) -> Iterator[Problem]:
    if not isinstance(dataset, dict):
        return
    if dataset.get("id") is None:
        if dataset.get("train") is None:
            yield Problem(
                "dataset",
                "The data set has neither an id on the hub nor training rows.",
                'Give "id", or "train" with an S3 URI.',
            )
        for name in ("config", "revision"):
            if dataset.get(name) is not None:
                yield Problem(
                    f"dataset.{name}",
                    f"{name} has a meaning on the hub only, and the data set has no id.",
                    f'Leave out {name}, or give the data set\'s "id".',
                )
    splits = [name for name in ("train", "validation", "test") if dataset.get(name) is not None]
    for index, name in enumerate(splits):
        for earlier in splits[:index]:
            if dataset[name] == dataset[earlier]:
                yield Problem(
                    f"dataset.{name}",
                    f"{name} is the same as {earlier}: {shown(dataset[name])}.",
                    f"Give other rows, or leave out {name} to have them cut from train.",
                )


def _task_rules(document: Document) -> Iterator[Problem]:
    implied, metric, recipes = (
        implied_task(document),
        document.get("main_metric"),
        _recipes(document),
    )
    if implied is not None:
        task, said = implied
        yield from task_problems(task, metric, recipes, said)
    elif document.get("task") is None:
        yield from no_task_problems(metric, recipes)


def _exclusive_rules(document: Document) -> Iterator[Problem]:
    for field, recipe in _recipes(document):
        for one, other in _EXCLUSIVE:
            if recipe.get(one) is not None and recipe.get(other) is not None:
                yield Problem(field, f"Both {one} and {other} are given.", "Give one of them.")


def _recipes(document: Document) -> list[tuple[str, Mapping[str, Any]]]:
    """The hyperparameters as they stand in the request, with their fields."""
    places = [("hyperparameters", document.get("hyperparameters"))]
    for index, model in _model_objects(document):
        places.append((f"models[{index}].hyperparameters", model.get("hyperparameters")))
    return [(field, place) for field, place in places if isinstance(place, dict)]


def _baseline_rules(document: Document) -> Iterator[Problem]:
    for index, model in enumerate(_list(document, "models")):
        model_id = model.get("id") if isinstance(model, dict) else model
        if isinstance(model_id, str) and model_id in BASELINES:
            yield Problem(
                f"models[{index}]",
                f"{model_id} is a baseline, and no model.",
                'Leave it out: the baselines compete unless "baselines" is false.',
            )


def _unused_hyperparameters(document: Document) -> Iterator[Problem]:
    """Those that a model is given for itself, but its method does not use.

    The request's own are for all models, some of which may use them.
    """
    for index, model in _model_objects(document):
        own, method = model.get("hyperparameters"), model.get("method", "full")
        if not isinstance(own, dict) or method not in get_args(ModelMethod):
            continue
        for name, value in own.items():
            # null stands for nothing given.
            is_given = name in Hyperparameters.model_fields and value is not None
            if is_given and not is_used(name, method):
                yield Problem(
                    f"models[{index}].hyperparameters.{name}",
                    f"The method {method} does not use {name}.",
                    "Leave it out, or give the model another method.",
                )


def _revision_rules(document: Document) -> Iterator[Problem]:
    for index, model in _model_objects(document):
        model_id = model.get("id")
        if isinstance(model_id, str) and model.get("revision") is not None and _is_files(model_id):
            yield Problem(
                f"models[{index}].revision",
                "Only models of the hub have revisions.",
                "Leave out revision.",
            )


def _repeated_models(document: Document) -> Iterator[Problem]:
    first_index: dict[str, int] = {}
    for index, model in enumerate(_list(document, "models")):
        identity = _identity(model, document.get("hyperparameters"))
        if identity is None:
            continue
        if identity in first_index:
            yield Problem(
                f"models[{index}]",
                f"It is the same as models[{first_index[identity]}].",
                "Leave one out, or give them different revisions, methods or hyperparameters.",
            )
        else:
            first_index[identity] = index


def _identity(model: object, hyperparameters: object) -> str | None:
    """What makes two models the same candidate; None if the model cannot be understood."""
    if isinstance(model, str):
        model = {"id": model}
    if not isinstance(model, dict) or not isinstance(model.get("id"), str):
        return None
    common = hyperparameters if isinstance(hyperparameters, dict) else {}
    own = model.get("hyperparameters")
    revision = model.get("revision") or "main"
    method = model.get("method", "full")
    recipe = _recipe(defaults_of(method), common, own if isinstance(own, dict) else {})
    # What the method does not use makes no other candidate of it.
    recipe = {name: value for name, value in recipe.items() if is_used(name, method)}
    return json.dumps([model["id"].rstrip("/"), revision, method, recipe], sort_keys=True)


def _recipe(*layers: Document) -> Document:
    recipe = merged(*layers)
    try:
        # As their fields have them: 0 and 0.0 are the same weight_decay.
        return Hyperparameters.model_validate(recipe).model_dump()
    except ValidationError:
        return recipe


def _repeated_seeds(document: Document) -> Iterator[Problem]:
    seen: set[int] = set()
    for index, seed in enumerate(_list(document, "seeds")):
        if not isinstance(seed, int) or isinstance(seed, bool):
            continue
        if seed in seen:
            yield Problem(
                f"seeds[{index}]",
                f"The seed {shown(seed)} is given more than once.",
                "Give each seed once: the same seed gives the same result.",
            )
        seen.add(seed)


def _too_many_jobs(document: Document) -> Iterator[Problem]:
    models, seeds = _list(document, "models"), _seeds(document)
    num_jobs = sum(len(seeds_of(_method(model), seeds)) for model in models)
    if len(models) <= MAX_MODELS and num_jobs > MAX_JOBS:
        yield Problem(
            "models",
            f"{len(models)} models with {len(seeds)} seeds each are {num_jobs} training jobs; a "
            f"request may have {MAX_JOBS}.",
            "Give fewer models or seeds, or send several requests.",
        )


def _seeds(document: Document) -> list[Any]:
    """However they are given; none where they cannot be understood."""
    seeds = document.get("seeds")
    if isinstance(seeds, int) and 1 <= seeds <= MAX_SEEDS:
        seeds = seeds_of_number(seeds)
    return seeds if isinstance(seeds, list) else []


def _method(model: object) -> str:
    method = model.get("method") if isinstance(model, dict) else None
    return method if isinstance(method, str) else "full"


def _model_objects(document: Document) -> Iterator[tuple[int, Document]]:
    for index, model in enumerate(_list(document, "models")):
        if isinstance(model, dict):
            yield index, model


def _list(document: Document, name: str) -> list[Any]:
    value = document.get(name)
    return value if isinstance(value, list) else []


def _is_files(model_id: str) -> bool:
    return is_s3_uri(model_id) or is_path(model_id)
