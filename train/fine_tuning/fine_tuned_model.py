"""The methods full and lora: fine-tune, and keep the best checkpoint on validation."""

from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase, Trainer, set_seed

from fine_tuning.batches import longest_first
from fine_tuning.checkpoints import resumable_checkpoint
from fine_tuning.fine_tune import build_trainer, load_model, start_model
from fine_tuning.label_scale import LabelScale
from fine_tuning.lora import load_adapters, merged, num_parameters, with_adapters
from fine_tuning.progress import Progress
from fine_tuning.text_model import TextModel
from job import hardware
from job.forward_precision import FULL, ForwardPrecision
from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_report import best_of, epoch_history
from job.training_task import task_of
from training_data.model_inputs import RowCollator, inputs_for
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.tokenised_rows import SPLITS, TokenisedRows

_TRIED_ROWS = 4


def fine_tuned_model(
    config: TrainingConfig, folders: JobFolders, clock: PhaseClock, *, allow_remote_code: bool
) -> Trained:
    """Run the job, resuming from a checkpoint if any; ends the clock's phases load and train."""
    # Before the head's weights are drawn.
    set_seed(config.seed)
    task = task_of(config)
    splits = {
        split: TokenisedRows(folders.tokenised / f"{split}.parquet", task) for split in SPLITS
    }
    checkpoint = resumable_checkpoint(folders.checkpoints)
    tokenizer = load_prepared_tokenizer(folders.model, allow_remote_code=allow_remote_code)
    model, notes = _model_to_train(
        config,
        folders.model,
        checkpoint,
        tokenizer,
        splits["train"].labels,
        allow_remote_code=allow_remote_code,
    )
    precision = precision_for(model, tokenizer, splits["train"], checkpoint)
    trainer = build_trainer(
        config, model, tokenizer, splits, folders.checkpoints, precision=precision.name
    )
    trainer.progress.needs_fp32 = precision.has_changed
    for note in [*notes, *precision.notes]:
        trainer.note(note)
    clock.end("load")
    best_checkpoint = _fine_tune(trainer, checkpoint)
    if config.method == "lora":
        load_adapters(model, best_checkpoint)
    else:
        best_model = load_model(
            best_checkpoint, config, tokenizer, allow_remote_code=allow_remote_code
        )
        model.load_state_dict(best_model.state_dict())
    clock.end("train")
    texts = TextModel(model, tokenizer, config.tokens_kept, trainer.label_scale, precision)
    history = epoch_history(trainer.state.log_history)
    best = best_of(history, config)

    def test_logits() -> NDArray[Any]:
        predictions: Any = trainer.predict(splits["test"]).predictions
        return task.logits_from(predictions)

    return Trained(
        splits=splits,
        test_logits=test_logits,
        predict_texts=lambda rows: task.logits_from(texts.outputs(rows)),
        save=lambda folder: _save(texts, folder, is_lora=config.method == "lora"),
        validation_scores=best,
        num_parameters=num_parameters(model),
        precision=precision.name,
        best_epoch=best["epoch"],
        history=history,
        tokens_per_text=splits["test"].mean_length,
        epochs_trained=history[-1]["epoch"],
        **trainer.facts(),
    )


def _model_to_train(
    config: TrainingConfig,
    snapshot: Path,
    checkpoint: Path | None,
    tokenizer: PreTrainedTokenizerBase,
    train_labels: NDArray[Any],
    *,
    allow_remote_code: bool,
) -> tuple[Any, list[str]]:
    """The model as it goes into the Trainer, and sentences for people about how it starts."""
    if checkpoint is not None and config.method == "full":
        model = load_model(checkpoint, config, tokenizer, allow_remote_code=allow_remote_code)
        return model, []
    model, notes = start_model(
        snapshot, config, tokenizer, train_labels, allow_remote_code=allow_remote_code
    )
    if config.method == "lora":
        # The Trainer itself reads the adapters of a checkpoint.
        return with_adapters(model, config), notes
    return model, notes


def precision_for(
    model: Any,
    tokenizer: PreTrainedTokenizerBase,
    train: TokenisedRows,
    checkpoint: Path | None,
) -> ForwardPrecision:
    """The precision to train in, found with a pass over the longest and the shortest rows."""
    if checkpoint is not None and Progress.read(checkpoint).needs_fp32:
        return ForwardPrecision(FULL)
    precision = ForwardPrecision()
    if precision.name == FULL:
        return precision
    order = longest_first(train.lengths)
    rows = [train[row] for row in sorted({*order[:_TRIED_ROWS], *order[-_TRIED_ROWS:]})]
    batch = RowCollator(tokenizer)(rows).to(hardware.device())
    batch.pop("labels")
    model.to(hardware.device()).eval()
    with torch.inference_mode():
        precision.run(lambda: model(**inputs_for(model, batch)).logits)
    return precision


def _save(texts: TextModel, folder: Path, *, is_lora: bool) -> None:
    """Save the model, merged and without a label scale; `texts` then predicts with that model."""
    whole = merged(texts.model) if is_lora else texts.model
    texts.scale.fold_into(whole)
    texts.model, texts.scale = whole, LabelScale()
    # Use the weight names of the model's own code, for readers of the file itself.
    whole.save_pretrained(folder, save_original_format=False)
    texts.tokenizer.save_pretrained(folder)


def _fine_tune(trainer: Trainer, checkpoint: Path | None) -> Path:
    """Train, resuming from `checkpoint` if any; returns the best checkpoint on validation."""
    if checkpoint is not None:
        print(f"bakeoff resumes from {checkpoint.name}", flush=True)
    trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    best = trainer.state.best_model_checkpoint
    if best is None:
        raise RuntimeError("no epoch's checkpoint was recorded as the best on validation")
    return Path(best)
