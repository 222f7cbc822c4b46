"""A training job's metrics.json and predictions.npz, at once."""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from made_up import config_of_job, output_folder, quality_of

_TEST_ROWS = 1000
_EPOCHS = 8
_STEPS = 1000


def main() -> None:
    config, folder = config_of_job(), output_folder()
    quality, is_rung = quality_of(config["model"]), config["stop_share"] < 1
    metrics = _metrics(config, quality, is_rung)
    (folder / "metrics.json").write_text(json.dumps(metrics))
    if not is_rung:
        np.savez_compressed(folder / "predictions.npz", **_predictions(quality, config["seed"]))


def _metrics(config: dict, quality: float, is_rung: bool) -> dict:
    names = ("accuracy", "f1", "precision", "recall")
    scores = dict.fromkeys(names, quality) | {"loss": 1.5 - quality}
    splits = ("validation",) if is_rung else ("validation", "test")
    epochs = range(1, 1 + max(1, round(_EPOCHS * config["stop_share"])))
    rates = config["learning_rates"]
    return {
        "schema_version": 3,
        "task": config["task"],
        "best_epoch": epochs[-1],
        "epochs_trained": epochs[-1],
        "metrics": dict.fromkeys(splits, scores),
        "validation_standard_error": 0.001,
        "majority_p_value": 0.0001,
        "learning_rate": rates[len(rates) // 2],
        "learning_rates_tried": _trials(rates, scores),
        "steps_planned": _STEPS,
        "steps_trained": round(_STEPS * config["stop_share"]),
        "train_tokens": 1_000_000,
        "cpu_seconds": 900.0,
        "history": [
            {"epoch": epoch, "train_loss": 0.6 / epoch, "learning_rate": 5e-5, **scores}
            for epoch in epochs
        ],
        "rows": {"train": 2000, "validation": 500, "test": _TEST_ROWS},
        "seconds": {"load": 1.0, "train": 2.0, "test": 3.0, "save": 4.0, "total": 10.0},
        "num_parameters": 22_700_000,
        "model_bytes": 90_800_000,
        "device": "none",
        "precision": "fp32",
        "library_versions": {"torch": "2.13.0", "transformers": "5.3.0"},
    }


def _trials(rates: list[float], scores: dict) -> list[dict]:
    if len(rates) < 2:
        return []
    return [
        {
            "learning_rate": rate,
            "validation": scores,
            "steps": _STEPS // 8,
            "is_chosen": index == len(rates) // 2,
        }
        for index, rate in enumerate(rates)
    ]


def _predictions(quality: float, seed: int) -> dict[str, np.ndarray]:
    """The same truth for all; right in this share of the rows, about."""
    labels = np.random.default_rng(0).integers(0, 2, _TEST_ROWS)
    chance = np.random.default_rng([seed, round(quality * 1e6)])
    is_right = chance.random(_TEST_ROWS) < quality
    logits = chance.normal(0, 0.1, (_TEST_ROWS, 2)).astype(np.float32)
    logits[np.arange(_TEST_ROWS), np.where(is_right, labels, 1 - labels)] += 2
    return {"ids": np.arange(_TEST_ROWS), "labels": labels, "logits": logits}


if __name__ == "__main__":
    main()
