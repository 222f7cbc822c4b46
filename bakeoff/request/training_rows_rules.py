"""Which data sets need training rows: all but those of models that learn from none."""

from collections.abc import Iterator

from bakeoff.errors import Problem
from bakeoff.methods import reads_label_names
from bakeoff.request.draft import Draft


def training_rows_rules(draft: Draft) -> Iterator[Problem]:
    """What a data set lacks without training rows; one on the hub may have some of a usual name."""
    dataset = draft.dataset
    if dataset is None or dataset.id is not None or dataset.train is not None:
        return
    learning = [method for _, method in draft.methods if not reads_label_names(method)]
    if dataset.test is None:
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
            "zeroshot.",
        )
    elif draft.baselines is True:
        yield Problem(
            "baselines",
            "Baselines learn from training rows, and the data set has none.",
            "Leave out baselines, or give dataset.train with an S3 URI.",
        )
