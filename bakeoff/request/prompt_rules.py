"""The rules of what language models are asked."""

from collections.abc import Iterator

from bakeoff.errors import Problem
from bakeoff.request.draft import Draft


def prompt_rules(draft: Draft) -> Iterator[Problem]:
    methods = {method for _, method in draft.methods}
    if draft.prompt is not None and draft.knows_all_methods and "prompt" not in methods:
        yield Problem(
            "prompt",
            "It says what language models are asked, and no model has the method prompt.",
            'Leave it out, or give a model the method, as in {"id": "...", "method": "prompt"}.',
        )
