"""Which examples a job tries, by what the request and the labels' names say."""

from job.training_config import TrainingConfig
from job.training_task import task_of
from labelling.label_words import says_something
from prompting.answers import Answers
from prompting.examples import Examples
from prompting.examples_of_kind import TrainRows, kinds_of_examples
from training_data.text_rows import TextRows

_NAMED = 3


def wanted_examples(config: TrainingConfig, train: TextRows, answers: Answers) -> list[Examples]:
    """The cheapest first."""
    task, number = task_of(config), config.recipe.prompt_examples
    rows = TrainRows(train.rows, train.labels, answers.right(task, train.labels))
    return kinds_of_examples(task, rows, number, config.seed, has_words=not _unclear(config))


def notes_on_names(config: TrainingConfig) -> list[str]:
    unclear = _unclear(config)
    if not unclear:
        return []
    return [
        f"The labels {_named(unclear)} are not words, so the model learns what they mean from "
        "examples alone: with label_descriptions it may be better."
    ]


def _unclear(config: TrainingConfig) -> list[str]:
    """The labels that say nothing by themselves and that the request does not describe."""
    described = config.label_descriptions
    return [each for each in config.labels if each not in described and not says_something(each)]


def _named(labels: list[str]) -> str:
    some = ", ".join(repr(label[:50]) for label in labels[:_NAMED])
    return f"{some} and {len(labels) - _NAMED} more" if labels[_NAMED:] else some
