"""Which data sets need training rows: all but those of models that can do without."""

from collections.abc import Iterator

from bakeoff.errors import Problem
from bakeoff.methods import needs_training_rows
from bakeoff.request.draft import Draft


def training_rows_rules(draft: Draft) -> Iterator[Problem]:
    """What a data set lacks without training rows; one on the hub may have some of a usual name."""
    if draft.dataset is None or not draft.has_no_training_rows:
        return
    learning = [method for _, method in draft.methods if needs_training_rows(method)]
    if draft.dataset.test is None:
        yield Problem(
            "dataset",
            "The data set has neither an id on the hub nor training rows.",
            'Give "id", or "train" with an S3 URI.',
        )
    elif learning:
        yield Problem(
            "dataset.train",
            f"The data set has no training rows, and the method {learning[0]} learns from some.",
            'Give "train" with an S3 URI. Test rows alone will do where all models have the method '
            "zeroshot or prompt.",
        )
    else:
        yield from _without_training_rows(draft)


def _without_training_rows(draft: Draft) -> Iterator[Problem]:
    if draft.baselines is True:
        yield Problem(
            "baselines",
            "Baselines learn from training rows, and the data set has none.",
            "Leave out baselines, or give dataset.train with an S3 URI.",
        )
    if draft.learning_curve is True:
        yield Problem(
            "learning_curve",
            "A learning curve needs training rows, and the data set has none.",
            "Leave it out, or give dataset.train with an S3 URI.",
        )
    wanted = {field: number for _, field, number in draft.prompt_examples if number}
    for field in wanted:
        yield Problem(
            field,
            "Prompts show examples from training rows, and the data set has none.",
            "Leave it out, or give dataset.train with an S3 URI.",
        )
