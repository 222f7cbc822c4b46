"""The rows of the splits as features from an encoder, kept for jobs that need them again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding.kept_vectors import KeptVectors
from embedding.text_encoder import TextEncoder
from embedding.usage import Usage
from embedding.vector_identity import vector_identity
from job.job_folders import JobFolders
from job.training_config import TrainingConfig
from linear.row_features import JOINT, FeatureKind, row_features
from model.sentence_layout import NORMALISE
from training_data.text_rows import TextRows

_REUSED = (
    "Vectors of its texts were there from an earlier job, so it took less time than a job that "
    "has to compute them."
)
_SHOWN_CHARACTERS = 200


@dataclass(frozen=True)
class EmbeddedRows:
    """The rows of the splits, as features."""

    splits: Mapping[str, TextRows]
    encoder: TextEncoder
    kept: KeptVectors
    train_share: NDArray[np.bool_] | None = None
    """Which rows of train have features; None: all."""
    mean_lengths: dict[str, float] = field(default_factory=dict)
    """By split, the tokens that the model has read of a row."""

    def features(self, split: str, kind: FeatureKind) -> NDArray[np.float32]:
        found = row_features(self.splits[split].rows, kind, self.kept.of)
        self.mean_lengths[split] = float(found.lengths.mean())
        share = self.train_share if split == "train" else None
        return found.values if share is None else found.values[share]

    @property
    def notes(self) -> list[str]:
        """Sentences on how the rows so far were embedded."""
        reused = [_REUSED] if self.kept.has_reused else []
        return [*self.encoder.usage.notes, *self.encoder.precision.notes, *reused]


def kept_vectors(
    config: TrainingConfig, folders: JobFolders, encoder: TextEncoder, *, reads_all_layers: bool
) -> KeptVectors:
    batch_size = config.recipe.eval_batch_size
    return KeptVectors(
        folders.checkpoints,
        vector_identity(folders.model, encoder, reads_all_layers=reads_all_layers),
        lambda rows: encoder.vectors(rows, batch_size, reads_all_layers=reads_all_layers),
    )


def shown_usage(kind: FeatureKind, usage: Usage) -> dict[str, Any]:
    """How texts became features, for people."""
    shown: dict[str, Any] = {"pooling": "+".join(usage.pooling), "layer": kind.layer}
    if any(layer.kind == NORMALISE for layer in usage.layers):
        shown["normalised"] = True
    if usage.prompt and kind.pairing != JOINT:
        shown["prompt"] = usage.prompt[:_SHOWN_CHARACTERS]
    if kind.pairing is not None:
        shown["texts_of_a_pair"] = kind.pairing
    return shown
