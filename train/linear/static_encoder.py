"""The method static: a linear model on means of token vectors, read from the model or distilled."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from transformers import set_seed

from embedding.distillation import distilled
from embedding.static_embeddings import StaticEmbeddings
from embedding.text_encoder import TextEncoder
from embedding.usage import usage_of
from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.saved_model import description
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from linear.feature_choice import choose_features
from linear.row_features import FeatureKind, row_features
from linear.static_model import StaticModel, feature_kind
from model.static_table import is_static
from training_data.text_rows import SPLITS, TextRows
from training_data.train_share import with_train_share


def static_encoder(
    config: TrainingConfig, folders: JobFolders, clock: PhaseClock, *, allow_remote_code: bool
) -> Trained:
    """Run the job; ends the clock's phases load, distil and train."""
    task = task_of(config)
    splits = {split: TextRows(folders.dataset / f"{split}.parquet", task) for split in SPLITS}
    splits = with_train_share(splits, config.num_train_rows, config.seed)
    made = _embeddings(config, folders.model, clock, allow_remote_code=allow_remote_code)
    clock.end("distil")
    kind = feature_kind(is_pair=config.is_pair)
    lengths: dict[str, float] = {}

    def features(split: str, kind: FeatureKind) -> NDArray[np.float32]:
        found = row_features(splits[split].rows, kind, made.embeddings.vectors)
        lengths[split] = float(found.lengths.mean())
        return found.values

    labels = {split: each.labels for split, each in splits.items()}
    chosen = choose_features(config, [kind], features, labels)
    best = chosen.best
    clock.end("train")
    whole = StaticModel(made.embeddings, kind, best.head)
    shown = {**best.chosen, "embeddings": made.origin, "size": made.size}

    def train_logits(places: NDArray[Any]) -> NDArray[Any]:
        return chosen.train_logits(task, features("train", kind)[places], labels["train"][places])

    def save(folder: Path) -> None:
        whole.save(folder, {**description(config, best.validation_scores), "chosen": shown})

    return Trained(
        splits=splits,
        validation_logits=best.validation_logits,
        test_logits=lambda: task.logits_from(best.head.outputs(features("test", kind))),
        train_logits=train_logits,
        predict_texts=lambda texts: task.logits_from(whole.outputs_of(texts)),
        save=save,
        validation_scores=best.validation_scores,
        num_parameters=whole.num_parameters,
        cpu_seconds=clock.cpu_seconds("distil") + clock.cpu_seconds("train"),
        notes=made.notes,
        tokens_per_text=lambda: lengths["test"],
        chosen=shown,
    )


@dataclass(frozen=True)
class _Made:
    embeddings: StaticEmbeddings
    origin: str
    """"read" or "distilled"."""
    notes: Sequence[str] = ()

    @property
    def size(self) -> int:
        """The numbers of a vector."""
        return int(self.embeddings.table.vectors.shape[1])


def _embeddings(config: TrainingConfig, snapshot: Path, clock: PhaseClock, **trusted: Any) -> _Made:
    """Ends the clock's phase load."""
    if is_static(snapshot):
        embeddings = StaticEmbeddings.load(snapshot, config.tokens_kept)
        clock.end("load")
        return _Made(embeddings, "read")
    # Weights that are missing in the snapshot, such as a pooler's, are drawn at random.
    set_seed(config.seed)
    usage = usage_of(snapshot, config.model, config.tokens_kept, is_pair=config.is_pair)
    encoder = TextEncoder.load(snapshot, usage, **trusted)
    clock.end("load")
    # The encoder's memory is free again when its vectors are there.
    return _Made(distilled(encoder), "distilled", encoder.precision.notes)
