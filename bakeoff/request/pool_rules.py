"""The rules of `models` as an object."""

from collections.abc import Iterator
from typing import Any

from bakeoff.errors import Problem
from bakeoff.quoting import shown
from bakeoff.request.draft import Draft, DraftPool, DraftSearch
from bakeoff.request.model import MAX_MODELS


def pool_rules(draft: Draft) -> Iterator[Problem]:
    """What holds between the members of the object."""
    pool = draft.pool
    if pool is None or pool.id is not None:
        return
    if pool.search is None and pool.include is None:
        yield Problem(
            "models",
            "models has neither search nor include, so there is nothing to compare.",
            'Give "search", "include" or both, or a list of models.',
        )
    if pool.search is None and pool.exclude:
        yield Problem(
            "models.exclude",
            "exclude is for what a search finds, and there is no search.",
            "Leave out exclude, or give search.",
        )
    if pool.draft_search is not None:
        yield from _search_rules(pool.draft_search)
        yield from _too_many_models(draft, pool.draft_search)
    yield from _excluded_and_included(draft, pool)


def _search_rules(search: DraftSearch) -> Iterator[Problem]:
    lowest, highest = search.min_parameters, search.max_parameters
    if lowest is not None and highest is not None and lowest > highest:
        yield Problem(
            "models.search.min_parameters",
            f"At least {lowest:,} and at most {highest:,} parameters: no model has both.",
            "Give a min_parameters that is not above max_parameters.",
        )


def _too_many_models(draft: Draft, search: DraftSearch) -> Iterator[Problem]:
    num_included = len(draft.models or [])
    if num_included <= MAX_MODELS < num_included + (search.limit or 0):
        yield Problem(
            "models",
            f"{num_included} models and up to {search.limit} found make more than {MAX_MODELS}.",
            "Include fewer models, or lower search.limit.",
        )


def _excluded_and_included(draft: Draft, pool: DraftPool) -> Iterator[Problem]:
    included = {model.id.lower() for _, model in draft.numbered_models if model.id is not None}
    for index, pattern in enumerate(_texts(pool.exclude)):
        if pattern.lower() in included:
            yield Problem(
                f"models.exclude[{index}]",
                f"{shown(pattern)} is excluded and included.",
                "Name it in one of them.",
            )


def _texts(values: list[Any] | None) -> list[str]:
    return [value if isinstance(value, str) else "" for value in values or []]
