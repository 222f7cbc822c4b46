"""A language model with its prompt, ready for use: saved, and loaded again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from job.saved_model import MODEL_FILE
from prompting.answer_likelihoods import AnswerLikelihoods
from prompting.answers import Answers
from prompting.examples import Example
from prompting.examples_of_kind import examples_of_kind
from prompting.language_model import LanguageModel
from prompting.outputs import Reading
from prompting.prompt_choice import ChosenPrompt
from prompting.prompt_frame import PromptFrame
from prompting.prompt_tokens import PromptTokens
from prompting.prompter import Asked, Prompter
from training_data.text_rows import rows_of

LANGUAGE_MODEL_FOLDER = "language_model"
EXAMPLES_FILE = "examples.json"

_BATCH_ROWS = 64

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class PromptSpec:
    """What a prompt says, apart from examples."""

    heading: str
    answers: Answers
    is_pair: bool
    max_length: int
    """Tokens after which a row's text is cut."""


def prompter_of(model: LanguageModel, spec: PromptSpec, batch_size: int) -> Prompter:
    frame = PromptFrame(model.tokenizer)
    answers = frame.answers(spec.answers.texts)
    tokens = PromptTokens(
        model.tokenizer,
        frame,
        spec.heading,
        answers,
        spec.is_pair,
        spec.max_length,
        model.window,
    )
    return Prompter(tokens, AnswerLikelihoods(model, answers, batch_size))


@dataclass(frozen=True)
class PromptModel:
    """The saved model consists of language_model/ in the format of transformers, examples.json
    with the texts that prompts may show, and model.json, which holds the rest."""

    model: LanguageModel
    spec: PromptSpec
    prompter: Prompter
    chosen: ChosenPrompt

    @classmethod
    def load(
        cls, folder: Path, *, allow_remote_code: bool = False, batch_rows: int = _BATCH_ROWS
    ) -> "PromptModel":
        content = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))["prompt"]
        model = LanguageModel.load(
            folder / LANGUAGE_MODEL_FOLDER, allow_remote_code=allow_remote_code
        )
        spec = PromptSpec(**{**content["spec"], "answers": Answers(**content["spec"]["answers"])})
        shown = json.loads((folder / EXAMPLES_FILE).read_text(encoding="utf-8"))
        pool = tuple(Example(tuple(each["texts"]), each["answer"]) for each in shown)
        chosen = ChosenPrompt(
            examples_of_kind(content["examples"]["kind"], pool, content["examples"]["number"]),
            Reading(**content["reading"]),
            np.array(content["content_free"]),
        )
        return cls(model, spec, prompter_of(model, spec, batch_rows), chosen)

    def save(self, folder: Path, description: Mapping[str, Any]) -> None:
        """Save it beside its `description`."""
        place = folder / LANGUAGE_MODEL_FOLDER
        # Use the weight names of the model's own code, for readers of the file itself.
        self.model.network.save_pretrained(place, save_original_format=False)
        self.model.tokenizer.save_pretrained(place)
        examples = self.chosen.examples
        prompt = {
            "spec": asdict(self.spec),
            "examples": {"kind": examples.kind, "number": examples.number},
            "reading": asdict(self.chosen.reading),
            "content_free": self.chosen.content_free.tolist(),
        }
        content = {**description, "prompt": prompt}
        (folder / MODEL_FILE).write_text(json.dumps(content, indent=1), encoding="utf-8")
        shown = [asdict(each) for each in examples.pool]
        (folder / EXAMPLES_FILE).write_text(json.dumps(shown), encoding="utf-8")

    def outputs(
        self, texts: Sequence[str], pairs: Sequence[str] | None = None
    ) -> NDArray[np.float64]:
        """(rows, outputs), whose meaning is in model.json; `pairs` are the second texts."""
        return self.outputs_of(rows_of(texts, pairs))

    def outputs_of(self, rows: Rows) -> NDArray[np.float64]:
        """The same, for rows that hold one or two texts each."""
        return self.read(self.ask(rows))

    def ask(self, rows: Rows) -> Asked:
        return self.prompter.ask(rows, self.chosen.examples)

    def read(self, asked: Asked) -> NDArray[np.float64]:
        """(rows, outputs) by what was asked."""
        return self.chosen.reading.outputs(
            asked.likelihoods, self.chosen.content_free, self.spec.answers.values
        )
