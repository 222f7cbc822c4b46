"""Zero-shot by an encoder: the cosine between the vector of a text and that of a label's sentence.

The result is a linear model on vectors of unit length, whose weights are the labels' vectors, and
is saved like that of the method frozen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from transformers import set_seed

from embedding.text_encoder import LAST_LAYER, TextEncoder
from embedding.usage import usage_of
from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.saved_model import description
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from labelling.label_words import label_texts, on_same_tokens
from linear.embedded_rows import EmbeddedRows, kept_vectors, shown_usage
from linear.frozen_model import FrozenModel
from linear.linear_head import LinearHead
from linear.row_features import JOINT, FeatureKind, unit_length
from training_data.text_rows import SPLITS, TextRows
from zeroshot.template_choice import ChosenTemplate, choose_template
from zeroshot.templates import sentences

USUAL_FACTOR = 20.0
"""By which sentence encoders' cosines are usually multiplied before the softmax in their training,
as MultipleNegativesRankingLoss of sentence-transformers does by default."""

_NO_SENTENCE_ENCODER = (
    "Its files do not say that it was trained for vectors of texts or for entailment, so cosines "
    "of its vectors may tell little: give a sentence encoder, or a model for natural language "
    "inference."
)


def zero_shot_by_similarity(
    config: TrainingConfig, folders: JobFolders, clock: PhaseClock, *, allow_remote_code: bool
) -> Trained:
    """Run the job; ends the clock's phases load and train."""
    # Weights that are missing in the snapshot, such as a pooler's, are drawn at random.
    set_seed(config.seed)
    rows = _embedded_rows(config, folders, allow_remote_code=allow_remote_code)
    clock.end("load")

    similarity = _Similarity.of(config, rows)
    clock.end("train")
    encoder, chosen, notes = rows.encoder, similarity.chosen, similarity.notes()
    whole = FrozenModel(encoder, similarity.kind, similarity.head)
    shown = {**chosen.shown, **shown_usage(similarity.kind, encoder.usage)}

    def test_logits() -> NDArray[Any]:
        logits = similarity.head.outputs(rows.features("test", similarity.kind))
        notes[:] = similarity.notes()
        return logits

    def save(folder: Path) -> None:
        content = {**description(config, chosen.validation_scores), "chosen": shown}
        whole.save(folder, folders.model, content)

    return Trained(
        splits=rows.splits,
        validation_logits=chosen.validation_logits,
        test_logits=test_logits,
        predict_texts=whole.outputs_of,
        save=save,
        validation_scores=chosen.validation_scores,
        num_parameters=similarity.head.num_parameters + encoder.num_parameters,
        precision=encoder.precision.name,
        cpu_seconds=clock.cpu_seconds("train") + rows.kept.reused_cpu_seconds,
        notes=notes,
        tokens_per_text=lambda: rows.mean_lengths["test"],
        has_reused_vectors=lambda: rows.kept.has_reused,
        chosen=shown,
    )


def _embedded_rows(
    config: TrainingConfig, folders: JobFolders, *, allow_remote_code: bool
) -> EmbeddedRows:
    task = task_of(config)
    splits = {split: TextRows(folders.dataset / f"{split}.parquet", task) for split in SPLITS}
    usage = usage_of(folders.model, config.model, config.tokens_kept, is_pair=False)
    encoder = TextEncoder.load(folders.model, usage, allow_remote_code=allow_remote_code)
    # As the method frozen reads them, so that both can use the same vectors.
    reads_all_layers = not usage.is_sentence_encoder
    kept = kept_vectors(config, folders, encoder, reads_all_layers=reads_all_layers)
    return EmbeddedRows(splits, encoder, kept)


@dataclass(frozen=True)
class _Similarity:
    """The cosines as a model, with the template that validation prefers."""

    rows: EmbeddedRows
    kind: FeatureKind
    """Of the rows' vectors."""
    chosen: ChosenTemplate
    head: LinearHead
    alike: list[str]
    """Sentences on labels that the encoder cannot tell apart."""

    @classmethod
    def of(cls, config: TrainingConfig, rows: EmbeddedRows) -> "_Similarity":
        kind = FeatureKind(LAST_LAYER, JOINT if config.is_pair else None, is_unit=True)
        label_vectors = _label_vectors(rows.encoder, config)
        labels = rows.splits["validation"].labels
        validation = rows.features("validation", kind) if len(labels) else None

        def cosines(template: str) -> NDArray[np.float32]:
            vectors = label_vectors(template)
            if validation is None:
                return np.zeros((0, len(vectors)), np.float32)
            return validation @ vectors.T

        chosen = choose_template(config, cosines, labels, USUAL_FACTOR)
        weights = chosen.scale.factor * label_vectors(chosen.template)
        head = LinearHead.of(weights, np.full(len(config.labels), chosen.scale.shift))
        return cls(rows, kind, chosen, head, _alike(config, rows.encoder))

    def notes(self) -> list[str]:
        """On what has been read so far."""
        is_suited = self.rows.encoder.usage.is_sentence_encoder
        unsuited = [] if is_suited else [_NO_SENTENCE_ENCODER]
        return [*self.chosen.notes, *self.alike, *self.rows.notes, *unsuited]


def _alike(config: TrainingConfig, encoder: TextEncoder) -> list[str]:
    names = label_texts(config.labels, config.label_descriptions)
    batch = encoder.batch([[name] for name in names])
    return on_same_tokens(config.labels, batch["input_ids"].tolist())


def _label_vectors(
    encoder: TextEncoder, config: TrainingConfig
) -> Callable[[str], NDArray[np.float32]]:
    """For a template the vectors of the labels' sentences, (labels, size), of unit length."""
    texts = label_texts(config.labels, config.label_descriptions)

    @cache
    def of(template: str) -> NDArray[np.float32]:
        rows = [[text] for text in sentences(template, texts)]
        found = encoder.vectors(rows, config.recipe.eval_batch_size)
        return unit_length(found.by_layer[LAST_LAYER])

    return of
