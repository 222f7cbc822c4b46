"""The rules of a request that concern several fields.

They check a draft of the document, so that their problems are reported together with those of
single fields.
"""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from bakeoff.errors import Problem
from bakeoff.hosted_models import is_hosted
from bakeoff.methods import BASELINES, is_used, learns_from_rows, seeds_of
from bakeoff.quoting import shown
from bakeoff.request.column_rules import implied_task, label_rules
from bakeoff.request.draft import Draft, DraftDataset, DraftModel
from bakeoff.request.hosted_rules import hosted_rules
from bakeoff.request.hyperparameters import Hyperparameters, merged
from bakeoff.request.label_name_rules import label_name_rules
from bakeoff.request.model import MAX_MODELS
from bakeoff.request.pool_rules import pool_rules
from bakeoff.request.prompt_rules import prompt_rules
from bakeoff.request.target import Target
from bakeoff.request.task_rules import no_task_problems, task_problems
from bakeoff.request.training_rows_rules import training_rows_rules
from bakeoff.request.values import is_path, is_s3_uri
from bakeoff.wording import listed

MAX_JOBS = 10_000

# Alternatives, of which a recipe may give one.
_EXCLUSIVE = (("warmup_steps", "warmup_ratio"), ("train_batch_size", "train_batch_tokens"))


def broken_rules(document: dict[str, Any]) -> list[Problem]:
    """The problems that concern several fields of the raw document, in no particular order."""
    draft = Draft.model_validate(document)
    return [
        *_dataset_rules(draft.dataset),
        *training_rows_rules(draft),
        *label_rules(draft),
        *_task_rules(draft),
        *_target_rules(draft),
        *_registration_rules(draft),
        *label_name_rules(draft),
        *pool_rules(draft),
        *prompt_rules(draft),
        *hosted_rules(draft),
        *_exclusive_rules(draft),
        *_tuning_rules(draft),
        *_baseline_rules(draft),
        *_learning_curve_rules(draft),
        *_unused_hyperparameters(draft),
        *_revision_rules(draft),
        *_repeated_models(draft),
        *_repeated_seeds(draft),
        *_too_many_jobs(draft),
    ]


def _dataset_rules(dataset: DraftDataset | None) -> Iterator[Problem]:
    if dataset is None:
        return
    if dataset.id is None:
        for name in ("config", "revision"):
            if getattr(dataset, name) is not None:
                yield Problem(
                    f"dataset.{name}",
                    f"{name} applies only to data sets on the hub, and this one has no id.",
                    f'Leave out {name}, or give the data set\'s "id".',
                )
    else:
        for name in ("encoding", "quotes"):
            if getattr(dataset, name) is not None:
                yield Problem(
                    f"dataset.{name}",
                    f"{name} applies only to files, and this data set is on the hub.",
                    f"Leave out {name}.",
                )
    sources = {name: getattr(dataset, name) for name in ("train", "validation", "test")}
    splits = [name for name, source in sources.items() if source is not None]
    for index, name in enumerate(splits):
        for earlier in splits[:index]:
            if sources[name] == sources[earlier]:
                yield Problem(
                    f"dataset.{name}",
                    f"{name} is the same as {earlier}: {shown(sources[name])}.",
                    f"Give other rows, or leave out {name} to have them cut from train.",
                )


def _task_rules(draft: Draft) -> Iterator[Problem]:
    implied = implied_task(draft)
    if implied is not None:
        task, reason = implied
        yield from task_problems(task, draft.main_metric, draft.recipes, draft.target, reason)
    elif draft.task is None:
        yield from no_task_problems(draft.main_metric, draft.recipes, draft.target)


def _target_rules(draft: Draft) -> Iterator[Problem]:
    if draft.target is None:
        return
    given = [name for name in Target.model_fields if draft.target.get(name) is not None]
    if len(given) != 1:
        yield Problem(
            "target",
            "Both precision and recall are given, and a threshold can reach only one that is "
            "wanted."
            if given
            else "It names neither a precision nor a recall.",
            'Give one of them, such as {"precision": 0.95}.',
        )


def _registration_rules(draft: Draft) -> Iterator[Problem]:
    if draft.register_model and draft.keep == "none":
        yield Problem(
            "register_model",
            'A package needs the model, and "keep": "none" keeps none.',
            'Leave out "keep", or register_model.',
        )


def _exclusive_rules(draft: Draft) -> Iterator[Problem]:
    for field, recipe in draft.recipes:
        for one, other in _EXCLUSIVE:
            if recipe.get(one) is not None and recipe.get(other) is not None:
                yield Problem(field, f"Both {one} and {other} are given.", "Give one of them.")


def _tuning_rules(draft: Draft) -> Iterator[Problem]:
    rates = (draft.tune or {}).get("learning_rate")
    rate = (draft.hyperparameters or {}).get("learning_rate")
    is_tried = isinstance(rates, list) or (isinstance(rates, int) and rates > 1)
    if rate is not None and is_tried:
        yield Problem(
            "tune.learning_rate",
            f"The models are to try learning rates, and hyperparameters.learning_rate gives them "
            f"all the same one, {shown(rate)}.",
            "Leave out one of them. A single model may have a learning_rate of its own.",
        )


def _baseline_rules(draft: Draft) -> Iterator[Problem]:
    for field, model in draft.numbered_models:
        if model.id in BASELINES:
            yield Problem(
                field,
                f"{model.id} is a baseline, not a model.",
                'Leave it out: the baselines take part unless "baselines" is false.',
            )


def _learning_curve_rules(draft: Draft) -> Iterator[Problem]:
    if draft.learning_curve is not True or draft.baselines is not False:
        # A baseline learns from rows.
        return
    methods = {method for _, method in draft.methods}
    if draft.knows_all_methods and not any(map(learns_from_rows, methods)):
        yield Problem(
            "learning_curve",
            f"No candidate learns from train rows: the methods are {listed(sorted(methods))}.",
            "Leave it out, or add a model with another method, or the baselines.",
        )


def _unused_hyperparameters(draft: Draft) -> Iterator[Problem]:
    """Hyperparameters of a single model that its method does not use.

    Those of the request are for all models, some of which may use them.
    """
    for field, model in draft.numbered_models:
        for name, value in (model.hyperparameters or {}).items():
            is_given = name in Hyperparameters.model_fields and value is not None
            if is_given and model.method is not None and not is_used(name, model.method):
                yield Problem(
                    f"{field}.hyperparameters.{name}",
                    f"The method {model.method} does not use {name}.",
                    "Leave it out, or give the model another method.",
                )


def _revision_rules(draft: Draft) -> Iterator[Problem]:
    for field, model in draft.numbered_models:
        if model.id is not None and model.revision is not None and _is_files(model.id):
            yield Problem(
                f"{field}.revision",
                "Only models on the hub have revisions.",
                "Leave out revision.",
            )


def _repeated_models(draft: Draft) -> Iterator[Problem]:
    first_field: dict[str, str] = {}
    for field, model in draft.numbered_models:
        identity = _identity(model, draft.hyperparameters or {})
        if identity is None:
            continue
        if identity in first_field:
            yield Problem(
                field,
                f"It is the same as {first_field[identity]}.",
                "Leave one out, or give them different revisions, methods or hyperparameters.",
            )
        else:
            first_field[identity] = field


def _identity(model: DraftModel, common: dict[str, Any]) -> str | None:
    """Equal for models that would be the same candidate; None if that cannot be decided."""
    if model.id is None or model.method is None:
        return None
    revision = model.revision or "main"
    recipe = _recipe(common, model.hyperparameters or {})
    # A hyperparameter that the method does not use makes no difference.
    recipe = {name: value for name, value in recipe.items() if is_used(name, model.method)}
    return json.dumps([model.id.rstrip("/"), revision, model.method, recipe], sort_keys=True)


def _recipe(*layers: dict[str, Any]) -> dict[str, Any]:
    recipe = merged(*layers)
    try:
        # Converts to the fields' types: 0 and 0.0 are the same weight_decay.
        return Hyperparameters.model_validate(recipe).model_dump()
    except ValidationError:
        return recipe


def _repeated_seeds(draft: Draft) -> Iterator[Problem]:
    seen: set[int] = set()
    for index, seed in enumerate(draft.seeds or []):
        if not isinstance(seed, int) or isinstance(seed, bool):
            continue
        if seed in seen:
            yield Problem(
                f"seeds[{index}]",
                f"The seed {shown(seed)} is given more than once.",
                "Give each seed once: the same seed gives the same result.",
            )
        seen.add(seed)


def _too_many_jobs(draft: Draft) -> Iterator[Problem]:
    if draft.pool is not None:
        # Only its finalists are trained with every seed.
        return
    models, seeds = draft.models or [], draft.seeds or []
    methods = [model.method if model and model.method else "full" for model in models]
    num_jobs = sum(len(seeds_of(method, seeds)) for method in methods)
    if len(models) <= MAX_MODELS and num_jobs > MAX_JOBS:
        yield Problem(
            "models",
            f"{len(models)} models with {len(seeds)} seeds each make {num_jobs} training jobs; at "
            f"most {MAX_JOBS} are allowed.",
            "Give fewer models or seeds, or send several requests.",
        )


def _is_files(model_id: str) -> bool:
    return is_s3_uri(model_id) or is_path(model_id) or is_hosted(model_id)
