"""Zero-shot by natural language inference: the odds that a text entails a label's sentence."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.saved_model import MODEL_FILE, description
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from labelling.label_words import label_texts, on_same_tokens
from training_data.some_rows import some_rows
from training_data.text_rows import SPLITS, TextRows, columns_of, joined, rows_of
from zeroshot.entailment_model import EntailmentModel
from zeroshot.score_scale import ScoreScale
from zeroshot.template_choice import choose_template, with_template
from zeroshot.templates import sentences

CLASSIFIER_FOLDER = "classifier"

USUAL_FACTOR = 1.0
"""Log-odds are logits already."""

# Pairs of texts and sentences, of which each takes a pass; some hundred rows tell templates apart.
_MOST_PAIRS_PER_TEMPLATE = 10_000
_FEWEST_ROWS = 50
_BATCH_ROWS = 64


def zero_shot_by_entailment(
    config: TrainingConfig,
    folders: JobFolders,
    clock: PhaseClock,
    entailment: int,
    *,
    allow_remote_code: bool,
) -> Trained:
    """Run the job; ends the clock's phases load and train."""
    task = task_of(config)
    splits = {split: TextRows(folders.dataset / f"{split}.parquet", task) for split in SPLITS}
    model = EntailmentModel.load(
        folders.model, entailment, config.tokens_kept, allow_remote_code=allow_remote_code
    )
    names = label_texts(config.labels, config.label_descriptions)
    batch_size = config.recipe.eval_batch_size
    clock.end("load")
    texts, labels = splits["validation"].texts, splits["validation"].labels
    few = max(_MOST_PAIRS_PER_TEMPLATE // len(names), _FEWEST_ROWS)
    numbers = some_rows(len(texts), few, config.seed)
    tried = [texts[number] for number in numbers]

    def odds(template: str, some: Sequence[str] = tried) -> NDArray[np.float32]:
        return model.log_odds(some, sentences(template, names), batch_size)

    chosen = choose_template(config, odds, labels[numbers], USUAL_FACTOR)
    if len(tried) < len(texts):
        all_odds = odds(chosen.template, texts)
        chosen = with_template(config, chosen.template, all_odds, labels, USUAL_FACTOR)
    whole = EntailmentClassifier(model, sentences(chosen.template, names), chosen.scale)
    clock.end("train")
    alike = on_same_tokens(config.labels, model.tokenizer(names)["input_ids"])
    notes = [*chosen.notes, *alike, *model.precision.notes]
    shown = {**chosen.shown, "compared": "entailment"}

    def test_logits() -> NDArray[Any]:
        logits = whole.outputs_of(splits["test"].rows, batch_size)
        notes[:] = [*chosen.notes, *alike, *model.precision.notes]
        return logits

    def save(folder: Path) -> None:
        content = {**description(config, chosen.validation_scores), "chosen": shown}
        whole.save(folder, content)

    return Trained(
        splits=splits,
        validation_logits=chosen.validation_logits,
        test_logits=test_logits,
        predict_texts=whole.outputs_of,
        save=save,
        validation_scores=chosen.validation_scores,
        num_parameters=model.num_parameters,
        precision=model.precision.name,
        notes=notes,
        tokens_per_text=lambda: model.tokens_per_text,
        chosen=shown,
    )


@dataclass(frozen=True)
class EntailmentClassifier:
    """Ready for use. Saved, it consists of classifier/ in the format of transformers, and
    model.json, which has the labels' sentences and how odds become logits."""

    model: EntailmentModel
    sentences: list[str]
    """In the labels' order."""
    scale: ScoreScale

    @classmethod
    def load(cls, folder: Path, *, allow_remote_code: bool = False) -> "EntailmentClassifier":
        content = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
        model = EntailmentModel.load(
            folder / CLASSIFIER_FOLDER,
            content["entailment_output"],
            content["max_length"],
            allow_remote_code=allow_remote_code,
        )
        return cls(model, content["sentences"], ScoreScale(content["scale"], content["shift"]))

    def save(self, folder: Path, description: dict[str, Any]) -> None:
        place = folder / CLASSIFIER_FOLDER
        # Use the weight names of the model's own code, for readers of the file itself.
        self.model.classifier.save_pretrained(place, save_original_format=False)
        self.model.tokenizer.save_pretrained(place)
        content = {
            **description,
            "sentences": self.sentences,
            "entailment_output": self.model.entailment,
            "max_length": self.model.max_length,
            "scale": self.scale.factor,
            "shift": self.scale.shift,
        }
        (folder / MODEL_FILE).write_text(json.dumps(content, indent=1), encoding="utf-8")

    def outputs(
        self, texts: Sequence[str], pairs: Sequence[str] | None = None
    ) -> NDArray[np.float32]:
        """(rows, labels), whose meaning is in model.json; `pairs` are the second texts."""
        return self.outputs_of(rows_of(texts, pairs))

    def outputs_of(
        self, rows: Sequence[Sequence[str]], batch_size: int = _BATCH_ROWS
    ) -> NDArray[np.float32]:
        """The same, for rows that hold one or two texts each."""
        texts = joined(*columns_of(rows))
        return self.scale.logits(self.model.log_odds(texts, self.sentences, batch_size))
