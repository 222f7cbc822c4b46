"""The rules of what language models are asked."""

from collections.abc import Iterator

from bakeoff.errors import Problem
from bakeoff.request.draft import Draft


def prompt_rules(draft: Draft) -> Iterator[Problem]:
    if draft.prompt is None or not draft.models:
        return
    methods = {model.method if model else None for model in draft.models}
    search = draft.pool.search if draft.pool else None
    if isinstance(search, dict):
        methods.add(search.get("method", "full"))
    # None is a method that could not be understood.
    if not methods & {"prompt", None}:
        yield Problem(
            "prompt",
            "It says what language models are asked, and no model has the method prompt.",
            'Leave it out, or give a model the method, as in {"id": "...", "method": "prompt"}.',
        )
