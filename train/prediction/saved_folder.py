"""A saved model of any method, ready to answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from job.saved_model import read_facts
from scoring.answers import Answers, answers
from scoring.constant_prediction import repeated
from scoring.task import Task

Rows = Sequence[Sequence[str]]
"""Of one or two texts each."""
OnRows = Callable[[int], None]
"""Is told how many more rows are done."""
Outputs = Callable[[Rows, OnRows], NDArray[Any]]
"""(rows, outputs)"""


class FolderError(Exception):
    """The folder holds no model that can be used; the message says why and what to do."""


@dataclass(frozen=True)
class SavedModel:
    """A model with what validation decided about its use."""

    task: Task
    is_pair: bool
    """Whether a row has two texts."""
    threshold: float | None
    temperature: float | None
    outputs: Outputs

    def answers(self, rows: Rows, on_rows: OnRows = lambda number: None) -> Answers:
        """The answers for rows of one text each or, of a pair, of two.

        Raises ValueError for rows of another number of texts.
        """
        wanted = 2 if self.is_pair else 1
        if any(len(row) != wanted for row in rows):
            given = next(len(row) for row in rows if len(row) != wanted)
            raise ValueError(f"a row has {given} texts, and this model takes {wanted}")
        logits = (
            self.task.logits_from(self.outputs(rows, on_rows))
            if rows
            else self.task.logits_from(np.empty((0, self.task.num_outputs)))
        )
        return answers(self.task, logits, threshold=self.threshold, temperature=self.temperature)


def load_saved_model(folder: Path, *, allow_remote_code: bool = False) -> SavedModel:
    """The model that a training job has saved in `folder`. Raises FolderError if there is none."""
    facts = facts_of(folder)
    method, task = str(facts["method"]), task_of(facts)
    return SavedModel(
        task=task,
        is_pair=bool(facts.get("is_pair")),
        threshold=facts.get("threshold"),
        temperature=facts.get("temperature"),
        outputs=_outputs_of(method, folder, facts, allow_remote_code=allow_remote_code),
    )


def facts_of(folder: Path) -> dict[str, Any]:
    """What a training job has saved with the model. Raises FolderError if there is none."""
    try:
        facts = read_facts(folder)
        task_of(facts)
        str(facts["method"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise FolderError(
            f"{folder} holds no model of Bakeoff's: give a folder that `bakeoff model` has written."
        ) from error
    return facts


def task_of(facts: Mapping[str, Any]) -> Task:
    """Raises an error of Python's for what are not facts of a model."""
    labels = tuple(facts["labels"])
    positive = facts.get("positive_label")
    return Task(facts["task"], labels, None if positive is None else labels.index(positive))


def _outputs_of(
    method: str, folder: Path, facts: Mapping[str, Any], *, allow_remote_code: bool
) -> Outputs:
    batch_rows = facts["batch_rows"]
    if "onnx" in facts:
        from prediction.onnx_model import OnnxModel

        return OnnxModel.load(folder, facts, allow_remote_code=allow_remote_code).outputs_of
    # Imported as needed: a model that counts words should not wait for torch, nor need it.
    match method:
        case "majority":
            outputs = np.asarray(facts["outputs"], dtype=np.float64)
            return _uncounted(lambda rows: repeated(outputs, len(rows)))
        case "tfidf":
            from linear.tfidf_baseline import TfidfModel
            from training_data.text_rows import columns_of

            counts = TfidfModel.load(folder)
            return _uncounted(lambda rows: counts.outputs(*columns_of(rows)))
        case "static":
            from linear.static_model import StaticModel

            return _uncounted(StaticModel.load(folder).outputs_of)
        case "full" | "lora":
            from prediction.fine_tuned import FineTunedModel

            return FineTunedModel.load(
                folder,
                facts["max_length"],
                batch_rows,
                facts.get("precision"),
                allow_remote_code=allow_remote_code,
            ).outputs_of
        case "prompt" if not (folder / "language_model").is_dir():
            raise FolderError(
                f"{folder} holds the prompt of a model that its owner hosts: that model is asked "
                "by its own API, with what model.json and examples.json say."
            )
        case "prompt":
            from prompting.prompt_model import PromptModel

            asked = PromptModel.load(
                folder, allow_remote_code=allow_remote_code, batch_rows=batch_rows
            )
            return _uncounted(asked.outputs_of)
        case "zeroshot" if "sentences" in facts:
            from zeroshot.entailment import EntailmentClassifier

            judge = EntailmentClassifier.load(folder, allow_remote_code=allow_remote_code)
            return _uncounted(lambda rows: judge.outputs_of(rows, batch_rows))
        case "frozen" | "zeroshot":
            from linear.frozen_model import FrozenModel

            frozen = FrozenModel.load(folder, allow_remote_code=allow_remote_code)
            return _uncounted(lambda rows: frozen.outputs_of(rows, batch_rows))
    raise FolderError(
        f"{folder} holds a model of the method {method!r}, which this code does not know: fetch it "
        "again with `bakeoff model`."
    )


def _uncounted(outputs: Callable[[Rows], NDArray[Any]]) -> Outputs:
    """Those of a method that does not tell how far it is: all rows are done at once."""

    def counted(rows: Rows, on_rows: OnRows) -> NDArray[Any]:
        found = outputs(rows)
        on_rows(len(rows))
        return found

    return counted
