"""The method prompt: a language model as it is, asked how likely each answer is after a text."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from transformers import set_seed

from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.saved_model import description
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from labelling.label_words import on_same_tokens
from prompting.answers import Answers
from prompting.instruction import default_instruction, heading
from prompting.language_model import LanguageModel
from prompting.prompt_choice import ChosenPrompt, choose_prompt
from prompting.prompt_frame import literal_tokens
from prompting.prompt_model import PromptModel, PromptSpec, prompter_of
from prompting.wanted_examples import notes_on_names, wanted_examples
from training_data.text_rows import SPLITS, TextRows

_MOST_TOKENS_ABOVE = 2048
"""Of the instruction with the labels; if they are more, labels are not listed."""


def prompted_model(
    config: TrainingConfig, folders: JobFolders, clock: PhaseClock, *, allow_remote_code: bool
) -> Trained:
    """Run the job; ends the clock's phases load and train."""
    set_seed(config.seed)
    task = task_of(config)
    splits = {split: TextRows(folders.dataset / f"{split}.parquet", task) for split in SPLITS}
    validation, test = splits["validation"], splits["test"]
    answers = Answers.of(task, splits["train"].labels, config.label_descriptions)
    kinds = wanted_examples(config, splits["train"], answers)
    model = LanguageModel.load(folders.model, allow_remote_code=allow_remote_code)
    spec = _spec(config, answers, model)
    prompter = prompter_of(model, spec, config.recipe.eval_batch_size)
    clock.end("load")
    chosen, asked = choose_prompt(
        config, prompter, kinds, answers.values, validation.rows, validation.labels
    )
    whole = PromptModel(model, spec, prompter, chosen)
    validation_logits = task.logits_from(whole.read(asked or whole.ask(validation.rows)))
    validation_scores = (
        task.validation_scores(validation_logits, validation.labels) if len(validation) else {}
    )
    clock.end("train")
    shown = _shown(chosen, is_chat=prompter.tokens.frame.is_chat)
    notes = [
        *prompter.tokens.frame.notes,
        *notes_on_names(config),
        *(on_same_tokens(config.labels, prompter.tokens.answers) if config.labels else []),
        *_on_choice(validation),
    ]
    lengths: list[float] = []

    def test_logits() -> NDArray[Any]:
        asked = whole.ask(test.rows)
        lengths.append(asked.mean_length)
        notes.extend(model.notes)
        if asked.cut_share:
            notes.append(_on_cuts(asked.cut_share))
        return task.logits_from(whole.read(asked))

    def save(folder: Path) -> None:
        content = {**description(config, validation_scores), "chosen": shown}
        whole.save(folder, content)

    return Trained(
        splits=splits,
        validation_logits=validation_logits,
        test_logits=test_logits,
        predict_texts=lambda rows: task.logits_from(whole.outputs_of(rows)),
        save=save,
        validation_scores=validation_scores,
        num_parameters=model.num_parameters,
        precision=model.precision,
        notes=notes,
        tokens_per_text=lambda: lengths[-1] if lengths else None,
        chosen=shown,
    )


def _spec(config: TrainingConfig, answers: Answers, model: LanguageModel) -> PromptSpec:
    task = task_of(config)
    asked = config.instruction or default_instruction(task, is_pair=config.is_pair)
    above = heading(asked, task, answers.texts)
    # Very many labels would fill the window, or take longer to read than the text.
    most = min(_MOST_TOKENS_ABOVE, model.window // 2)
    if len(literal_tokens(model.tokenizer, [above])[0]) > most:
        above = heading(asked, task, None)
    return PromptSpec(above, answers, config.is_pair, config.tokens_kept)


def _shown(chosen: ChosenPrompt, *, is_chat: bool) -> Mapping[str, Any]:
    """What was chosen on validation and how the model was asked, for people."""
    return {
        "examples": chosen.examples.kind,
        "number_of_examples": chosen.examples.number,
        "calibrated": chosen.reading.is_calibrated,
        "chat_template": is_chat,
    }


def _on_choice(validation: TextRows) -> list[str]:
    if len(validation):
        return []
    return [
        "There are no validation rows to choose by, so the prompt shows no examples and the "
        "answers are calibrated: their probabilities may be too sure or not sure enough."
    ]


def _on_cuts(share: float) -> str:
    return (
        f"The texts of {share:.1%} of the test rows were cut, so that they have at most max_length "
        "tokens and their prompts fit into the model's window."
    )
