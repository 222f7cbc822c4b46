"""The screening of real models: seconds, order, and Kendall's tau with their final scores.

    python -m bench.screening --data data/rt_polarity --models models/* --final final.json
    python -m bench.screening --data data/stsb --text sentence1 sentence2 --label score \
        --models models/* --kind short_training

Runs a screening job on the models' folders as training jobs get them. Where `transformer-ranker` is
installed, it then scores the same models on the same rows, by the mean over layers, with H-score
and with LogME. `--final` is a JSON object with a score for each model, by the folder's name.
"""

import argparse
import importlib.util
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from scipy.stats import kendalltau
from transformers.utils import logging

from bakeoff.jobs import screening_scores
from documents.json_documents import json_value, write_document
from job.training_config import Recipe
from model.model_snapshot import FetchedModel
from model.snapshot_folder import make_snapshot
from model.usable_model import facts_of
from screen import main as run_script
from screening.sampled_rows import SampledRows, sampled_rows
from screening.screening_config import SHORT_TRAINING, ScreenedModel, ScreeningConfig

SEED = 42
TRANSFORMER_RANKER = "transformer_ranker"


def main(arguments: Sequence[str]) -> None:
    options = _parser().parse_args(arguments)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    final = json.loads(options.final.read_text()) if options.final else {}
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        config = _prepared(options, base)
        found: dict[str, Any] = {}
        if "ours" in options.by:
            found |= {"ours": _ours(base, config)}
        if "theirs" in options.by and importlib.util.find_spec(TRANSFORMER_RANKER):
            found |= _theirs(base, config)
    report = {
        "data": options.data.name,
        "rows": options.rows,
        "threads": torch.get_num_threads(),
        "by": {by: each | _agreement(each["scores"], final) for by, each in found.items()},
    }
    print(json.dumps(report, indent=1))
    first = next(iter(found.values()))
    for by, each in report["by"].items():
        print(
            f"{by}: {each['seconds']:.0f} s ({each['seconds'] / first['seconds']:.2f} of the "
            f"first), {each['cpu_seconds']:.0f} CPU s "
            f"({each['cpu_seconds'] / first['cpu_seconds']:.2f}), tau {each.get('tau')}"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="has train.parquet")
    parser.add_argument("--models", type=Path, nargs="+", required=True)
    parser.add_argument("--text", nargs="+", default=["text"])
    parser.add_argument("--label", default="label")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--kind", choices=("features", SHORT_TRAINING), default="features")
    parser.add_argument("--rates", type=Path, help="JSON: each model's learning rate, by name")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--by", nargs="+", choices=("ours", "theirs"), default=["ours", "theirs"])
    parser.add_argument("--final", type=Path, help="JSON: each model's final score, by name")
    return parser


def _prepared(options: argparse.Namespace, base: Path) -> ScreeningConfig:
    """Write the job's channels; returns its configuration."""
    channels = base / "input" / "data"
    table = pq.read_table(options.data / "train.parquet")
    labels = table[options.label].to_numpy()
    is_regression = np.issubdtype(labels.dtype, np.floating)
    columns = dict(zip(("text", "text_pair"), options.text, strict=False))
    content = {
        "id": pa.array(range(len(table))),
        **{name: table[column] for name, column in columns.items()},
        "label": table[options.label],
    }
    order = np.random.default_rng(SEED).permutation(len(table))
    third = len(table) // 3
    (channels / "dataset").mkdir(parents=True)
    for split, rows in (("validation", order[:third]), ("train", order[third:])):
        pq.write_table(pa.table(content).take(rows), channels / "dataset" / f"{split}.parquet")
    rates = json.loads(options.rates.read_text()) if options.rates else {}
    names = [] if is_regression else [str(number) for number in range(int(labels.max()) + 1)]
    config = ScreeningConfig(
        run="bench",
        item="screening-1",
        task="regression" if is_regression else "binary" if len(names) == 2 else "multiclass",
        labels=names,
        positive_label=None,
        is_pair=len(options.text) == 2,
        main_metric="spearman" if is_regression else "accuracy",
        higher_is_better=True,
        seed=SEED,
        kind=options.kind,
        max_rows=options.rows,
        max_length=128,
        models=[
            ScreenedModel(
                candidate=folder.name,
                method="full",
                model_channel=f"model-{number}",
                max_length=128,
                recipe=Recipe(train_batch_size=options.batch),
                learning_rate=rates.get(folder.name, 5e-5),
                steps=options.steps,
            )
            for number, folder in enumerate(options.models)
        ],
    )
    for model, folder in zip(config.models, options.models, strict=True):
        snapshot = channels / model.model_channel
        make_snapshot(FetchedModel(folder, is_copy=False), snapshot, base / "scratch")
        facts_of(snapshot, allow_remote_code=False)
    write_document(channels / "config" / "config.json", config)
    return config


def _rows(base: Path, config: ScreeningConfig) -> SampledRows:
    path = base / "input" / "data" / "dataset" / "train.parquet"
    return sampled_rows(path, config.scored_task, config.max_rows, config.seed)


def _ours(base: Path, config: ScreeningConfig) -> dict[str, Any]:
    started = time.monotonic()
    if run_script({"SAGEMAKER_BASE_DIR": str(base)}) != 0:
        raise SystemExit((base / "output" / "failure").read_text())
    seconds = time.monotonic() - started
    content = (base / "output" / "data" / "screening.json").read_bytes()
    document = screening_scores.ScreeningScores.from_json(content)
    cpu_seconds = sum(score.cpu_seconds or 0.0 for score in document.scores)
    ranks = dict(screening_scores.ranked(document.scores))
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "scores": {name: -rank for name, rank in ranks.items()},
        "models": [json_value(score.model_dump()) for score in document.scores],
    }


def _theirs(base: Path, config: ScreeningConfig) -> dict[str, dict[str, Any]]:
    """Of transformer-ranker, by the mean over layers, for each of its two scores.

    Both get the embeddings that it computes once, so the seconds of each are those of computing
    them and its own.
    """
    from transformer_ranker.embedder import Embedder
    from transformer_ranker.estimators import HScore, LogME

    rows = _rows(base, config)
    labels = torch.tensor(rows.labels)
    found: dict[str, dict[str, Any]] = {
        name: {"seconds": 0.0, "cpu_seconds": 0.0, "scores": {}} for name in ("hscore", "logme")
    }
    for model in config.models:
        started = _Spent()
        folder = str(base / "input" / "data" / model.model_channel)
        embedder = Embedder(folder, sentence_pooling="mean", layer_ids="all", layer_mean=True)
        embedded = embedder.embed([texts[0] for texts in rows.texts], show_progress=False)
        features = torch.stack([each[0] for each in embedded])
        embedding = started.since()
        for name, estimator in (("hscore", HScore()), ("logme", LogME())):
            started = _Spent()
            score = float(estimator.fit(embeddings=features, labels=labels))
            found[name]["scores"][model.candidate] = score
            for kind, value in started.since().items():
                found[name][kind] += embedding[kind] + value
        print(f"transformer-ranker {model.candidate} {embedding}", flush=True)
    return {f"transformer-ranker {name}": each for name, each in found.items()}


class _Spent:
    """Time from now on."""

    def __init__(self) -> None:
        self._started = time.monotonic(), time.process_time()

    def since(self) -> dict[str, float]:
        wall, cpu = self._started
        return {"seconds": time.monotonic() - wall, "cpu_seconds": time.process_time() - cpu}


def _agreement(scores: Mapping[str, float], final: Mapping[str, float]) -> dict[str, Any]:
    """The order that higher scores give, and its tau with that of the final scores."""
    order = sorted(scores, key=lambda name: -scores[name])
    shared = [name for name in order if name in final]
    if len(shared) < 3:
        return {"order": order}
    tau = kendalltau([scores[name] for name in shared], [final[name] for name in shared])
    return {"order": order, "tau": float(tau.statistic), "compared": len(shared)}


if __name__ == "__main__":
    main(sys.argv[1:])
