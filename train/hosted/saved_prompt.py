"""The prompt of a hosted model, saved and used again; the model itself stays where it is."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hosted.answer_form import AnswerForm
from hosted.questions import Question, Questions
from job.saved_model import MODEL_FILE
from prompting.answers import Answers
from prompting.examples import Example, Examples
from prompting.examples_of_kind import examples_of_kind
from scoring.task import Task
from training_data.text_rows import rows_of

EXAMPLES_FILE = "examples.json"


@dataclass(frozen=True)
class SavedPrompt:
    """model.json says what is asked, and examples.json holds the texts that prompts may show."""

    questions: Questions
    form: AnswerForm
    examples: Examples

    @classmethod
    def load(cls, folder: Path) -> "SavedPrompt":
        content = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
        prompt = content["prompt"]
        shown = json.loads((folder / EXAMPLES_FILE).read_text(encoding="utf-8"))
        pool = tuple(Example(tuple(each["texts"]), each["answer"]) for each in shown)
        return cls(
            Questions(**prompt["questions"]),
            AnswerForm(
                Task(content["task"], tuple(content["labels"]), None), Answers(**prompt["answers"])
            ),
            examples_of_kind(prompt["examples"]["kind"], pool, prompt["examples"]["number"]),
        )

    def save(self, folder: Path, description: Mapping[str, Any]) -> None:
        """Save it beside its `description`."""
        prompt = {
            "questions": asdict(self.questions),
            "answers": asdict(self.form.answers),
            "examples": {"kind": self.examples.kind, "number": self.examples.number},
        }
        folder.mkdir(parents=True, exist_ok=True)
        content = {**description, "prompt": prompt}
        (folder / MODEL_FILE).write_text(json.dumps(content, indent=1), encoding="utf-8")
        shown = [asdict(each) for each in self.examples.pool]
        (folder / EXAMPLES_FILE).write_text(json.dumps(shown), encoding="utf-8")

    def ask(
        self,
        texts: Sequence[str],
        pairs: Sequence[str] | None,
        reply_to: Callable[[Question], Any],
    ) -> list[Any]:
        """What the model answers about texts; `pairs` are the second ones, `reply_to` is
        `Converse.ask`. Each is as `AnswerForm.read` says."""
        questions = self.questions.of(rows_of(texts, pairs), self.examples)
        return [self.form.read(reply_to(each)) for each in questions]
