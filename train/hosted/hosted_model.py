"""The method prompt for a model behind an API: asked for its answer, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hosted.answer_form import AnswerForm
from hosted.answer_outputs import THRESHOLD, AnswerOutputs, unusable_by_kind
from hosted.asker import AT_ONCE, Asker, TokenLimit
from hosted.converse import PREFIX, Converse
from hosted.kept_replies import KeptReplies
from hosted.questions import Questions, size_in_tokens
from hosted.reply import Reply
from hosted.saved_prompt import SavedPrompt
from job.job_folders import JobFolders
from job.job_metrics import AskedMetrics, InferenceMetrics
from job.phase_clock import PhaseClock
from job.saved_model import description
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from prompting.answers import Answers
from prompting.examples import Examples
from prompting.instruction import default_instruction, heading
from prompting.wanted_examples import notes_on_names, wanted_examples
from scoring.task import Task
from training_data.text_rows import SPLITS, TextRows

DEVICE = "Amazon Bedrock"
MOST_VALIDATION_ROWS = 100
"""They choose the examples; each is a question that is paid for."""
_MOST_TOKENS_ABOVE = 2048
"""Of the instruction with the labels, and of the form. The planned cost rests on it."""


@dataclass
class _SomeRows:
    """Rows of a split."""

    ids: NDArray[Any]
    labels: NDArray[Any]
    rows: Sequence[tuple[str, ...]]

    @classmethod
    def drawn(cls, split: TextRows, seed: int) -> "_SomeRows":
        numbers = np.arange(len(split))
        if len(split) > MOST_VALIDATION_ROWS:
            chance = np.random.default_rng(seed)
            numbers = np.sort(chance.choice(len(split), MOST_VALIDATION_ROWS, replace=False))
        rows = [split.rows[number] for number in numbers]
        return cls(split.ids[numbers], split.labels[numbers], rows)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class _Choice:
    """The examples that are best on validation, and what came of them there."""

    examples: Examples
    logits: NDArray[np.float64]
    scores: dict[str, float]


def hosted_model(
    config: TrainingConfig, folders: JobFolders, clock: PhaseClock, *, allow_remote_code: bool
) -> Trained:
    """Run the job; ends the clock's phases load and train. Raises HostedModelError."""
    task = task_of(config)
    splits = {split: TextRows(folders.dataset / f"{split}.parquet", task) for split in SPLITS}
    train, test = splits["train"], splits["test"]
    validation = _SomeRows.drawn(splits["validation"], config.seed)
    answers = Answers.of(task, train.labels, config.label_descriptions)
    form = AnswerForm(task, answers)
    questions = Questions(_heading(config, answers), config.is_pair, config.tokens_kept)
    asker = _asker(config, folders, form)
    outputs = AnswerOutputs.of(task, answers, train.labels)
    kinds = wanted_examples(config, train, answers)
    clock.end("load")
    chosen = _choose(config, asker, questions, form, outputs, kinds, validation)
    clock.end("train")
    saved = SavedPrompt(questions, form, chosen.examples)
    shown = {
        "examples": chosen.examples.kind,
        "number_of_examples": chosen.examples.number,
        **_asked_how(asker.converse),
    }
    notes = notes_on_names(config)
    replies: list[Reply] = []

    def test_logits() -> NDArray[Any]:
        replies.extend(asker.ask(questions.of(test.rows, chosen.examples)))
        notes.extend(_notes(asker, questions, form, test, replies))
        given = [form.read(reply) for reply in replies]
        return task.logits_from(outputs.outputs(given, test.labels))

    def save(folder: Path) -> None:
        saved.save(folder, {**description(config, chosen.scores), "chosen": shown})

    return Trained(
        splits={"train": train, "validation": validation, "test": test},
        validation_logits=chosen.logits,
        test_logits=test_logits,
        predict_texts=lambda rows: np.empty((len(rows), task.num_outputs)),
        save=save,
        validation_scores=chosen.scores,
        num_parameters=None,
        notes=notes,
        tokens_per_text=lambda: _mean([each.input_tokens for each in replies]),
        chosen=shown,
        has_probabilities=False,
        asked=lambda: _asked(asker, form, replies),
        inference=lambda: _inference(replies),
    )


def _asker(config: TrainingConfig, folders: JobFolders, form: AnswerForm) -> Asker:
    schema = form.schema()
    if size_in_tokens(str(schema)) > _MOST_TOKENS_ABOVE:
        raise ValueError(
            f"The names of the {len(config.labels):,} labels are too long to ask a model behind an "
            "API about them: every question would hold all of them. Give it another method and a "
            "model of the hub."
        )
    limit = None
    if config.most_input_tokens is not None and config.most_output_tokens is not None:
        limit = TokenLimit(config.most_input_tokens, config.most_output_tokens)
    model_id = config.model.removeprefix(PREFIX)
    return Asker(
        Converse.connect(model_id, schema, AT_ONCE),
        KeptReplies(folders.checkpoints, [model_id, str(schema)]),
        limit,
    )


def _heading(config: TrainingConfig, answers: Answers) -> str:
    task = task_of(config)
    asked = config.instruction or default_instruction(task, is_pair=config.is_pair)
    above = heading(asked, task, answers.texts)
    # The form lists the labels as well.
    return above if size_in_tokens(above) <= _MOST_TOKENS_ABOVE else heading(asked, task, None)


def _choose(
    config: TrainingConfig,
    asker: Asker,
    questions: Questions,
    form: AnswerForm,
    outputs: AnswerOutputs,
    kinds: Sequence[Examples],
    rows: _SomeRows,
) -> _Choice:
    """The kind with the best main metric, the first of equals and without rows: the cheapest."""
    task, best = task_of(config), None
    if not len(rows):
        threshold = {"threshold": THRESHOLD} if task.is_multilabel else {}
        return _Choice(kinds[0], task.logits_from(outputs.of_usable([])), threshold)
    for examples in kinds:
        replies = asker.ask(questions.of(rows.rows, examples))
        given = [form.read(reply) for reply in replies]
        logits = task.logits_from(outputs.outputs(given, rows.labels))
        scores = _scores(task, logits, rows.labels)
        if best is None or config.is_better(scores, best.scores):
            best = _Choice(examples, logits, scores)
    assert best is not None
    return best


def _scores(task: Task, logits: NDArray[Any], labels: NDArray[Any]) -> dict[str, float]:
    threshold = THRESHOLD if task.is_multilabel else None
    found = task.scores(logits, labels, threshold)
    scores = {name: found[name] for name in task.answer_metrics}
    return scores if threshold is None else {**scores, "threshold": threshold}


def _asked_how(converse: Converse) -> Mapping[str, Any]:
    ways = converse.ways
    how = "form" if ways.is_forced else "offered form"
    return {"answers_by": how if ways.has_tool else "text"}


def _asked(asker: Asker, form: AnswerForm, replies: Sequence[Reply]) -> AskedMetrics:
    return AskedMetrics(
        num_replies=len(asker.kept),
        input_tokens=asker.kept.input_tokens,
        output_tokens=asker.kept.output_tokens,
        input_tokens_per_row=_mean([each.input_tokens for each in replies]),
        output_tokens_per_row=_mean([each.output_tokens for each in replies]),
        unusable=unusable_by_kind([form.read(reply) for reply in replies]),
    )


def _inference(replies: Sequence[Reply]) -> InferenceMetrics | None:
    """By the questions about test themselves: to ask again would be to pay again."""
    seconds = [each.seconds for each in replies if each.seconds > 0]
    if not seconds:
        return None
    p50, p95, p99 = np.percentile(seconds, (50, 95, 99)).tolist()
    return InferenceMetrics(
        device=DEVICE,
        num_texts=len(replies),
        latency_calls=len(seconds),
        latency_p50_seconds=p50,
        latency_p95_seconds=p95,
        latency_p99_seconds=p99,
        rows_per_second_batch_1=len(seconds) / sum(seconds),
        rows_per_second_batch_32=None,
        peak_bytes=None,
        tokens_per_text=_mean([each.input_tokens for each in replies]),
        other_cpus=None,
    )


def _notes(
    asker: Asker, questions: Questions, form: AnswerForm, test: TextRows, replies: Sequence[Reply]
) -> list[str]:
    notes = []
    if not asker.converse.ways.has_temperature:
        notes.append("The model takes no temperature, so it may answer otherwise another time.")
    num_cut = questions.num_cut(test.rows)
    if num_cut:
        notes.append(
            f"The texts of {num_cut / len(test):.1%} of the test rows were cut to max_length "
            "tokens, by the usual size of tokens."
        )
    kinds = unusable_by_kind([form.read(reply) for reply in replies])
    if kinds:
        said = ", ".join(f"{number:,} {kind.replace('_', ' ')}" for kind, number in kinds.items())
        notes.append(
            f"{sum(kinds.values()):,} of {len(replies):,} answers on test could not be used and "
            f"count as wrong: {said}."
        )
    if asker.kept.num_found:
        notes.append(
            f"{asker.kept.num_found:,} answers are from an earlier attempt at the job, which was "
            "cut."
        )
    return notes


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
