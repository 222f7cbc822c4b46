"""The method frozen: a linear model on the vectors that a model with frozen weights gives."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from transformers import set_seed

from embedding.text_encoder import ALL_LAYERS, TextEncoder
from embedding.usage import usage_of
from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.saved_model import description
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from linear.embedded_rows import EmbeddedRows, kept_vectors, shown_usage
from linear.feature_choice import choose_features
from linear.frozen_model import FrozenModel
from linear.row_features import feature_kinds
from training_data.text_rows import SPLITS, TextRows
from training_data.train_share import train_share


def frozen_encoder(
    config: TrainingConfig, folders: JobFolders, clock: PhaseClock, *, allow_remote_code: bool
) -> Trained:
    """Run the job; ends the clock's phases load and train."""
    # Weights that are missing in the snapshot, such as a pooler's, are drawn at random.
    set_seed(config.seed)
    task = task_of(config)
    every = {split: TextRows(folders.dataset / f"{split}.parquet", task) for split in SPLITS}
    # All rows are embedded: the final has left the vectors of all, and none of a part of them.
    share = train_share(every["train"].labels, config.num_train_rows, config.seed)
    splits = every if share is None else {**every, "train": every["train"].only(share)}
    usage = usage_of(folders.model, config.model, config.tokens_kept, is_pair=config.is_pair)
    kinds = feature_kinds(is_sentence_encoder=usage.is_sentence_encoder, is_pair=config.is_pair)
    encoder = TextEncoder.load(folders.model, usage, allow_remote_code=allow_remote_code)
    reads_all_layers = any(kind.layer == ALL_LAYERS for kind in kinds)
    kept = kept_vectors(config, folders, encoder, reads_all_layers=reads_all_layers)
    rows = EmbeddedRows(every, encoder, kept, share)
    clock.end("load")
    labels = {split: each.labels for split, each in splits.items()}
    chosen = choose_features(config, kinds, rows.features, labels)
    best = chosen.best
    clock.end("train")
    notes = rows.notes
    shown = {**best.chosen, **shown_usage(chosen.kind, encoder.usage)}
    whole = FrozenModel(encoder, chosen.kind, best.head)

    def test_logits() -> NDArray[Any]:
        logits = task.logits_from(best.head.outputs(rows.features("test", chosen.kind)))
        notes[:] = rows.notes
        return logits

    def train_logits(places: NDArray[Any]) -> NDArray[Any]:
        features = rows.features("train", chosen.kind)[places]
        return chosen.train_logits(task, features, labels["train"][places])

    def save(folder: Path) -> None:
        content = {**description(config, best.validation_scores), "chosen": shown}
        whole.save(folder, folders.model, content)

    return Trained(
        splits=splits,
        validation_logits=best.validation_logits,
        test_logits=test_logits,
        train_logits=train_logits,
        predict_texts=lambda texts: task.logits_from(whole.outputs_of(texts)),
        save=save,
        validation_scores=best.validation_scores,
        num_parameters=best.head.num_parameters + encoder.num_parameters,
        precision=encoder.precision.name,
        cpu_seconds=clock.cpu_seconds("train") + rows.kept.reused_cpu_seconds,
        notes=notes,
        tokens_per_text=lambda: rows.mean_lengths["test"],
        has_reused_vectors=lambda: rows.kept.has_reused,
        chosen=shown,
    )
