"""The rules of models behind an API, and which of them a deployment allows."""

from collections.abc import Iterator

from bakeoff.errors import Problem
from bakeoff.hosted_models import is_hosted
from bakeoff.quoting import shown
from bakeoff.request.draft import Draft

# An answer is a label and no more: these take how likely each label is.
_OF_LIKELIHOODS = ("loss", "ranking_average_precision")


def hosted_rules(draft: Draft) -> Iterator[Problem]:
    hosted = [
        (field, model) for field, model in draft.numbered_models if model.id and is_hosted(model.id)
    ]
    for field, model in hosted:
        if model.method not in ("prompt", None):
            yield Problem(
                f"{field}.method",
                f"{shown(model.id)} is behind an API, so its weights can be neither trained nor "
                f"read, as {model.method} does.",
                "Leave out method: such a model is asked, with the method prompt.",
            )
    if not hosted:
        return
    if draft.max_test_rows is None:
        yield Problem(
            "max_test_rows",
            f"{shown(hosted[0][1].id)} is paid for every row, and nothing bounds the test rows.",
            "Give max_test_rows, such as 1000.",
        )
    if draft.main_metric in _OF_LIKELIHOODS and draft.task != "regression":
        yield Problem(
            "main_metric",
            f"{draft.main_metric} takes how likely each label is, and {shown(hosted[0][1].id)} "
            "gives its answer alone.",
            "Give another metric, such as macro_f1.",
        )
