"""What a prompt asks for, in words; no tokens yet, so that it suits any language model."""

from collections.abc import Sequence

from scoring.task import Task

ANSWER = "Answer:"
"""Where no chat template says whose turn it is, the answer follows this."""

_QUESTIONS = {
    "binary": ("Classify the text.", "Classify the pair of texts."),
    "multiclass": ("Classify the text.", "Classify the pair of texts."),
    "multilabel": (
        "Say which labels describe the text.",
        "Say which labels describe the pair of texts.",
    ),
    "regression": ("Rate the text with a number.", "Rate the pair of texts with a number."),
}
"""By task, about one text and about two."""

_TEXT = ("Text: ",)
_PAIR = ("First text: ", "\nSecond text: ")


def default_instruction(task: Task, *, is_pair: bool) -> str:
    return _QUESTIONS[task.kind][is_pair]


def heading(instruction: str, task: Task, options: Sequence[str] | None) -> str:
    """What stands above the texts: the instruction, and what may be answered.

    Args:
        options: the answers in words, in a regression the lowest and the highest number; None:
            they are not listed.
    """
    parts = [instruction] if options is None else [instruction, _wanted(task, options)]
    return " ".join(parts) + "\n\n"


def _wanted(task: Task, options: Sequence[str]) -> str:
    if task.is_regression:
        return f"Answer with a number from {options[0]} to {options[-1]}."
    listed = ", ".join(options)
    if task.is_multilabel:
        return f"Answer with the labels that apply, out of these: {listed}."
    return f"Answer with one of these labels: {listed}."


def introductions(*, is_pair: bool) -> Sequence[str]:
    """What stands before each text of a row."""
    return _PAIR if is_pair else _TEXT
