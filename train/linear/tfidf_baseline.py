"""The baseline of a linear model on word and character n-grams.

It is saved as JSON (vocabulary) and safetensors (numbers). Pickled scikit-learn objects could run
arbitrary code and would depend on one version of scikit-learn.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.saved_model import MODEL_FILE, VOCABULARY_FILE, WEIGHTS_FILE, description
from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from linear.linear_head import ChosenHead, LinearHead, choose_linear_head
from linear.ngram_features import NgramFeatures, shared_features
from linear.out_of_fold import out_of_fold_logits
from training_data.text_rows import SPLITS, TextRows, columns_of, joined
from training_data.train_share import with_train_share

STRENGTHS = (0.1, 1.0, 10.0, 100.0)
FOLD_ITERATIONS = 15
"""Of the five models that judge train rows: with these and shared features they take about as long
as the training where labels are many (banking77), and find as many wrong labels."""


def tfidf_baseline(config: TrainingConfig, folders: JobFolders, clock: PhaseClock) -> Trained:
    """Run the job; ends the clock's phases load and train."""
    task = task_of(config)
    splits = {split: TextRows(folders.dataset / f"{split}.parquet", task) for split in SPLITS}
    splits = with_train_share(splits, config.num_train_rows, config.seed)
    clock.end("load")
    train, validation = splits["train"], splits["validation"]
    features, of_train = NgramFeatures.learnt_from(train.texts)
    best = choose_linear_head(
        config,
        (of_train, train.labels),
        (features.of(validation.texts), validation.labels),
        STRENGTHS,
    )
    clock.end("train")
    model = TfidfModel(features, best.head)
    return Trained(
        splits=splits,
        validation_logits=best.validation_logits,
        test_logits=lambda: task.logits_from(model.outputs(splits["test"].texts)),
        predict_texts=lambda rows: task.logits_from(model.outputs(*columns_of(rows))),
        save=lambda folder: model.save(folder, config, best),
        validation_scores=best.validation_scores,
        num_parameters=best.head.num_parameters,
        chosen=best.chosen,
        train_logits=lambda rows: out_of_fold_logits(
            task,
            shared_features(of_train[rows]),
            train.labels[rows],
            best.strength,
            FOLD_ITERATIONS,
        ),
    )


class TfidfModel:
    """N-gram features and the linear model on them."""

    def __init__(self, features: NgramFeatures, head: LinearHead) -> None:
        self._features = features
        self._head = head

    def outputs(
        self, texts: Sequence[str], pairs: Sequence[str] | None = None
    ) -> NDArray[np.float32]:
        """(rows, outputs), whose meaning is in model.json; `pairs` are the second texts."""
        rows = joined(list(texts), None if pairs is None else list(pairs))
        return self._head.outputs(self._features.of(rows))

    def save(self, folder: Path, config: TrainingConfig, best: ChosenHead) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        content: dict[str, Any] = {
            **description(config, best.validation_scores),
            "chosen": best.chosen,
        }
        (folder / MODEL_FILE).write_text(json.dumps(content, indent=1), encoding="utf-8")
        vocabulary = json.dumps(self._features.vocabularies, ensure_ascii=False)
        (folder / VOCABULARY_FILE).write_text(vocabulary, encoding="utf-8")
        idf = {f"idf.{kind}": values for kind, values in self._features.weights.items()}
        head = {"weights": self._head.weights, "bias": self._head.bias}
        save_file({**idf, **head}, folder / WEIGHTS_FILE)

    @classmethod
    def load(cls, folder: Path) -> "TfidfModel":
        vocabularies = json.loads((folder / VOCABULARY_FILE).read_text(encoding="utf-8"))
        arrays = load_file(folder / WEIGHTS_FILE)
        weights = {kind: arrays[f"idf.{kind}"] for kind in vocabularies}
        head = LinearHead(arrays["weights"], arrays["bias"])
        return cls(NgramFeatures.restored(vocabularies, weights), head)
