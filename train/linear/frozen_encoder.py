"""The method frozen: a linear model on the features of a frozen encoder.

The features of each row are computed once. The saved model consists of encoder/ in the format of
transformers, head.safetensors, and model.json, which says how the two belong together.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from sklearn.preprocessing import StandardScaler
from transformers import AutoModel, PreTrainedModel, set_seed

from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.saved_model import MODEL_FILE, WEIGHTS_FILE, description
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from linear.linear_head import ChosenHead, LinearHead, choose_linear_head
from linear.pooled_features import PooledEncoder
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.text_batches import padded
from training_data.tokenised_rows import SPLITS, TokenisedRows

# They suit some hundreds of features with variance 1.
STRENGTHS = (0.0001, 0.001, 0.01, 0.1, 1.0)

ENCODER_FOLDER = "encoder"


def frozen_encoder(
    config: TrainingConfig, folders: JobFolders, clock: PhaseClock, *, allow_remote_code: bool
) -> Trained:
    """Run the job; ends the clock's phases load and train."""
    # Weights that are missing in the snapshot, such as a pooler's, are drawn at random.
    set_seed(config.seed)
    task = task_of(config)
    splits = {
        split: TokenisedRows(folders.tokenised / f"{split}.parquet", task) for split in SPLITS
    }
    model = load_encoder(folders.model, allow_remote_code=allow_remote_code)
    tokenizer = load_prepared_tokenizer(folders.model, allow_remote_code=allow_remote_code)
    encoder = PooledEncoder.of(model, tokenizer)
    clock.end("load")
    batch_size = config.recipe.eval_batch_size
    features = {
        split: encoder.features(splits[split], batch_size) for split in ("train", "validation")
    }
    best = _choose_head(config, features, splits)
    clock.end("train")

    def test_logits() -> NDArray[np.float32]:
        return task.logits_from(best.head.outputs(encoder.features(splits["test"], batch_size)))

    whole = FrozenModel(encoder, best.head, config.tokens_kept)
    return Trained(
        splits=splits,
        validation_logits=best.validation_logits,
        test_logits=test_logits,
        predict_texts=lambda rows: task.logits_from(whole.outputs_of(rows)),
        save=lambda folder: _save(folder, config, model, encoder, best),
        validation_scores=best.validation_scores,
        num_parameters=best.head.num_parameters
        + sum(weight.numel() for weight in model.parameters()),
        precision=encoder.precision.name,
        notes=encoder.precision.notes,
        tokens_per_text=splits["test"].mean_length,
        chosen={**best.chosen, "pooling": encoder.pooling},
    )


def load_encoder(folder: Path, *, allow_remote_code: bool) -> PreTrainedModel:
    """Load a snapshot's model without a head."""
    return AutoModel.from_pretrained(
        folder, dtype=torch.float32, trust_remote_code=allow_remote_code
    )


def _choose_head(
    config: TrainingConfig,
    features: dict[str, NDArray[np.float32]],
    splits: dict[str, TokenisedRows],
) -> ChosenHead:
    """Fit on standardised features, and convert the head to the original ones."""
    scaler = StandardScaler().fit(features["train"])
    train, validation = (
        (scaler.transform(features[split]), splits[split].labels)
        for split in ("train", "validation")
    )
    best = choose_linear_head(config, train, validation, STRENGTHS)
    weights = best.head.weights / scaler.scale_
    head = LinearHead.of(weights, best.head.bias - weights @ scaler.mean_)
    return replace(best, head=head)


def _save(
    folder: Path,
    config: TrainingConfig,
    model: PreTrainedModel,
    encoder: PooledEncoder,
    best: ChosenHead,
) -> None:
    # Use the weight names of the model's own code, for readers of the file itself.
    model.save_pretrained(folder / ENCODER_FOLDER, save_original_format=False)
    encoder.tokenizer.save_pretrained(folder / ENCODER_FOLDER)
    content = {
        **description(config, best.validation_scores),
        "pooling": encoder.pooling,
        "max_length": config.max_length,
        "chosen": best.chosen,
    }
    (folder / MODEL_FILE).write_text(json.dumps(content, indent=1), encoding="utf-8")
    save_file({"weights": best.head.weights, "bias": best.head.bias}, folder / WEIGHTS_FILE)


@dataclass(frozen=True)
class FrozenModel:
    """A saved encoder with its head, ready for use."""

    encoder: PooledEncoder
    head: LinearHead
    max_length: int

    @classmethod
    def load(cls, folder: Path, *, allow_remote_code: bool = False) -> "FrozenModel":
        content = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
        model = load_encoder(folder / ENCODER_FOLDER, allow_remote_code=allow_remote_code)
        tokenizer = load_prepared_tokenizer(
            folder / ENCODER_FOLDER, allow_remote_code=allow_remote_code
        )
        encoder = PooledEncoder.of(model, tokenizer, content["pooling"])
        arrays = load_file(folder / WEIGHTS_FILE)
        return cls(encoder, LinearHead(arrays["weights"], arrays["bias"]), content["max_length"])

    def outputs(
        self, texts: Sequence[str], pairs: Sequence[str] | None = None
    ) -> NDArray[np.float32]:
        """(rows, outputs), whose meaning is in model.json; `pairs` are the second texts."""
        rows = [[text] for text in texts] if pairs is None else [*zip(texts, pairs, strict=True)]
        return self.outputs_of(rows)

    def outputs_of(self, rows: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """The same, for rows that hold one or two texts each."""
        tokens = padded(self.encoder.tokenizer, rows, self.max_length, "right")
        return self.head.outputs(self.encoder.pooled(tokens))
