"""Scores a frozen model on validation, as its training would: by a linear head on its vectors."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from embedding.kept_vectors import KeptVectors
from embedding.text_encoder import TextEncoder
from embedding.usage import usage_of
from job.training_config import TrainingConfig
from limits.limited_process import Step
from linear.feature_choice import choose_features
from linear.row_features import feature_kinds, row_features
from screening.feature_score import BATCH_ROWS
from screening.patience import FITTING_SECONDS, STEP_SECONDS
from screening.sampled_rows import SampledRows


def frozen_logits(
    step: Step,
    config: TrainingConfig,
    folder: Path,
    rows: Mapping[str, SampledRows],
    allow_remote_code: bool,
) -> NDArray[Any]:
    """Of the rows of validation, in the shape described in Task."""
    usage = usage_of(folder, config.model, config.tokens_kept, is_pair=config.is_pair)
    encoder = TextEncoder.load(folder, usage, allow_remote_code=allow_remote_code)
    kinds = feature_kinds(is_sentence_encoder=usage.is_sentence_encoder, is_pair=config.is_pair)
    with tempfile.TemporaryDirectory() as scratch:
        kept = KeptVectors(
            Path(scratch),
            "",
            lambda texts: encoder.vectors(
                texts,
                BATCH_ROWS,
                reads_all_layers=True,
                on_batch=lambda: step("computing its features", STEP_SECONDS),
            ),
        )
        for kind in kinds:
            for each in rows.values():
                row_features(each.texts, kind, kept.of)
        step("fitting linear models to its features", FITTING_SECONDS)
        chosen = choose_features(
            config,
            kinds,
            lambda split, kind: row_features(rows[split].texts, kind, kept.of).values,
            {split: each.labels for split, each in rows.items()},
        )
    return chosen.best.validation_logits
