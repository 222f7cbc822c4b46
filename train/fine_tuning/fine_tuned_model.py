"""The methods full and lora: fine-tune, and keep the best model on validation."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from fine_tuning.label_scale import LabelScale
from fine_tuning.lora import merged, num_parameters
from fine_tuning.progress import Progress, totals
from fine_tuning.rate_training import BestSoFar, RateTraining, TrainingInputs
from fine_tuning.rate_trials import RateTrials
from fine_tuning.text_model import TextModel
from job.job_folders import JobFolders
from job.job_metrics import LearningRateTrial
from job.log_lines import evaluation_line
from job.phase_clock import PhaseClock
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of


def fine_tuned_model(
    config: TrainingConfig, folders: JobFolders, clock: PhaseClock, *, allow_remote_code: bool
) -> Trained:
    """Run the job, resuming from checkpoints if any; ends the clock's phases load and train."""
    inputs = TrainingInputs.of(config, folders, clock, allow_remote_code=allow_remote_code)
    if len(config.learning_rates) == 1:
        (rate,) = config.learning_rates
        training = RateTraining(inputs, rate, folders.checkpoints, config.stop_share)
        return _outcome(inputs, training, training.run())
    trials = RateTrials(inputs, folders.checkpoints)
    training, best = trials.train_best()
    return _outcome(inputs, training, best, trials.others(training), trials.as_trials(training))


def _outcome(
    inputs: TrainingInputs,
    training: RateTraining,
    best: BestSoFar,
    others: Sequence[Progress] = (),
    tried: Sequence[LearningRateTrial] = (),
) -> Trained:
    """The best model of a training; `others` are those at other rates."""
    config, trainer, model = inputs.config, training.trainer, training.model
    validation_logits = _validation_logits(training, best)
    task, precision = task_of(config), training.precision
    texts = TextModel(model, inputs.tokenizer, config.tokens_kept, trainer.label_scale, precision)
    spent = totals([*others, training.spent()], config.item)
    inputs.clock.end("train")
    return Trained(
        splits=inputs.splits,
        validation_logits=validation_logits,
        test_logits=lambda: training.logits("test"),
        predict_texts=lambda rows: task.logits_from(texts.outputs(rows)),
        save=lambda folder: _save(texts, folder, is_lora=config.method == "lora"),
        validation_scores=best.scores,
        num_parameters=num_parameters(model),
        precision=precision.name,
        best_epoch=best.epoch,
        history=training.history,
        tokens_per_text=lambda: inputs.splits["test"].mean_length,
        learning_rates_tried=tried,
        **spent,
        **trainer.facts(),
    )


def _validation_logits(training: RateTraining, best: BestSoFar) -> NDArray[Any]:
    """Those of the best model, which the training's model becomes."""
    training.load(best.checkpoint)
    if best.validation_logits is None:
        return training.logits("validation")
    print(evaluation_line("validation", best.epoch, best.scores), flush=True)
    return best.validation_logits


def _save(texts: TextModel, folder: Path, *, is_lora: bool) -> None:
    """Save the model, merged and without a label scale; `texts` then predicts with that model."""
    whole = merged(texts.model) if is_lora else texts.model
    texts.scale.fold_into(whole)
    texts.model, texts.scale = whole, LabelScale()
    # Use the weight names of the model's own code, for readers of the file itself.
    whole.save_pretrained(folder, save_original_format=False)
    # Where others use the folder, texts are then cut as in training.
    texts.tokenizer.model_max_length = texts.max_length
    texts.tokenizer.save_pretrained(folder)
