"""The contents of a training job's output.tar.gz, without any training."""

import io

import numpy as np

from scoring.scores import classification_scores

ROWS = 400
INFERENCE = {
    "device": "NVIDIA A10G",
    "num_texts": 200,
    "latency_calls": 200,
    "latency_p50_seconds": 0.004,
    "latency_p95_seconds": 0.005,
    "latency_p99_seconds": 0.008,
    "rows_per_second_batch_1": 240.0,
    "rows_per_second_batch_32": 2000.0,
    "peak_bytes": 400_000_000,
    "tokens_per_text": 231.5,
    "other_cpus": 0.25,
}


def predictions(accuracy: float, seed: int = 0, rows: int = ROWS):
    """Labels of a binary task, and logits that are right in this share of the rows."""
    labels = np.arange(rows) % 2
    chance = np.random.default_rng([seed, 7])
    is_right = np.zeros(rows, dtype=bool)
    is_right[chance.permutation(rows)[: round(accuracy * rows)]] = True
    taken_for = np.where(is_right, labels, 1 - labels)
    logits = chance.normal(0, 0.1, (rows, 2))
    logits[np.arange(rows), taken_for] += 2.0
    return labels, logits.astype(np.float32)


def npz(labels, logits, ids=None) -> bytes:
    """predictions.npz."""
    content = io.BytesIO()
    ids = np.arange(len(labels)) if ids is None else ids
    np.savez_compressed(content, ids=ids, labels=labels, logits=logits)
    return content.getvalue()


def metrics_json(labels, logits, **changes):
    """metrics.json, with the training code's scores of these predictions."""
    scores = classification_scores(logits, labels, positive_index=1)
    history = [
        {"epoch": epoch, "train_loss": 0.6 / epoch, **scores, "loss": 0.5 / epoch}
        for epoch in (1.0, 2.0)
    ]
    document = {
        "schema_version": 2,
        "task": "binary",
        "average": "binary",
        "positive_label": "pos",
        "threshold": None,
        "best_epoch": 2,
        "metrics": {"validation": scores, "test": scores},
        "history": history,
        "rows": {"train": 22500, "validation": 2500, "test": len(labels)},
        "seconds": {"load": 1.0, "train": 2.0, "test": 3.0, "save": 4.0, "total": 10.0},
        "num_parameters": 66_955_010,
        "model_bytes": 267_832_560,
        "max_length": 512,
        "device": "NVIDIA A10G",
        "precision": "bf16",
        "library_versions": {"torch": "2.9.0"},
        "memory_of": "gpu",
        "train_peak_bytes": 5_000_000_000,
        "inference": INFERENCE,
    }
    return document | changes


class FinishedJobs:
    """Describes every job as completed."""

    def __init__(self, completed, run):
        self._completed = completed
        self._output = f"s3://bakeoff-bucket/runs/{run}/output/"

    def training_job(self, name):
        model = f"{self._output}{name}/output/model.tar.gz"
        return self._completed | {
            "TrainingJobName": name,
            "OutputDataConfig": {"S3OutputPath": self._output},
            "ModelArtifacts": {"S3ModelArtifacts": model},
        }
