"""The method frozen: a linear model on the vectors that a model with frozen weights gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from transformers import set_seed

from embedding.kept_vectors import KeptVectors
from embedding.text_encoder import ALL_LAYERS, TextEncoder
from embedding.usage import Usage, usage_of
from embedding.vector_identity import vector_identity
from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.saved_model import description
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from linear.feature_choice import choose_features
from linear.frozen_model import FrozenModel
from linear.row_features import JOINT, FeatureKind, feature_kinds, row_features
from model.sentence_layout import NORMALISE
from training_data.text_rows import TextRows
from training_data.tokenised_rows import SPLITS

_REUSED = (
    "Vectors of its texts were there from an earlier job, so it took less time than a job that "
    "has to compute them."
)
_SHOWN_CHARACTERS = 200


def frozen_encoder(
    config: TrainingConfig, folders: JobFolders, clock: PhaseClock, *, allow_remote_code: bool
) -> Trained:
    """Run the job; ends the clock's phases load and train."""
    # Weights that are missing in the snapshot, such as a pooler's, are drawn at random.
    set_seed(config.seed)
    task = task_of(config)
    splits = {split: TextRows(folders.dataset / f"{split}.parquet", task) for split in SPLITS}
    usage = usage_of(folders.model, config.model, config.tokens_kept, is_pair=config.is_pair)
    kinds = feature_kinds(is_sentence_encoder=usage.is_sentence_encoder, is_pair=config.is_pair)
    encoder = TextEncoder.load(folders.model, usage, allow_remote_code=allow_remote_code)
    rows = _EmbeddedRows(splits, _kept_vectors(config, folders, encoder, kinds))
    clock.end("load")
    labels = {split: each.labels for split, each in splits.items()}
    chosen = choose_features(config, kinds, rows.features, labels)
    best = chosen.best
    clock.end("train")
    notes = _notes(encoder, rows.kept)
    shown = {**best.chosen, **_shown(chosen.kind, encoder.usage)}
    whole = FrozenModel(encoder, chosen.kind, best.head)

    def test_logits() -> NDArray[Any]:
        logits = task.logits_from(best.head.outputs(rows.features("test", chosen.kind)))
        notes[:] = _notes(encoder, rows.kept)
        return logits

    def save(folder: Path) -> None:
        content = {**description(config, best.validation_scores), "chosen": shown}
        whole.save(folder, folders.model, content)

    return Trained(
        splits=splits,
        validation_logits=best.validation_logits,
        test_logits=test_logits,
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


@dataclass(frozen=True)
class _EmbeddedRows:
    """The rows of the splits, as features."""

    splits: Mapping[str, TextRows]
    kept: KeptVectors
    mean_lengths: dict[str, float] = field(default_factory=dict)
    """By split, the tokens that the model has read of a row."""

    def features(self, split: str, kind: FeatureKind) -> NDArray[np.float32]:
        found = row_features(self.splits[split].rows, kind, self.kept.of)
        self.mean_lengths[split] = float(found.lengths.mean())
        return found.values


def _kept_vectors(
    config: TrainingConfig, folders: JobFolders, encoder: TextEncoder, kinds: Sequence[FeatureKind]
) -> KeptVectors:
    reads_all_layers = any(kind.layer == ALL_LAYERS for kind in kinds)
    batch_size = config.recipe.eval_batch_size
    return KeptVectors(
        folders.checkpoints,
        vector_identity(folders.model, encoder, reads_all_layers=reads_all_layers),
        lambda rows: encoder.vectors(rows, batch_size, reads_all_layers=reads_all_layers),
    )


def _notes(encoder: TextEncoder, kept: KeptVectors) -> list[str]:
    reused = [_REUSED] if kept.has_reused else []
    return [*encoder.usage.notes, *encoder.precision.notes, *reused]


def _shown(kind: FeatureKind, usage: Usage) -> dict[str, Any]:
    """How texts became features, for people."""
    shown: dict[str, Any] = {"pooling": "+".join(usage.pooling), "layer": kind.layer}
    if any(layer.kind == NORMALISE for layer in usage.layers):
        shown["normalised"] = True
    if usage.prompt and kind.pairing != JOINT:
        shown["prompt"] = usage.prompt[:_SHOWN_CHARACTERS]
    if kind.pairing is not None:
        shown["texts_of_a_pair"] = kind.pairing
    return shown
