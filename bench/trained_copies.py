"""How often copies of one trained model are found different, on real texts.

    python -m bench.trained_copies --dataset FOLDER [--models N] [--races N] [--json FILE]

A small network on word counts is trained many times with different seeds. A race draws test rows
and, for each of two candidates, one network per seed. Both candidates are the same method, so a
difference found is a mistake, expected in 5 % of races. Rows are drawn with replacement, so the
test set is the population, and the true accuracy is known.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bakeoff.statistics import CandidatePredictions, ComparisonSpec, JobPredictions
from bakeoff.statistics.contender import Contender
from bakeoff.statistics.pairwise import compare
from bakeoff.statistics.resampled_scores import resample

ROWS = (300, 1000, 3000)
SEEDS = (1, 3, 5)
_CONFIDENCE = 0.95
_RESAMPLES = 300
_FEATURES = 60


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--dataset", type=Path, required=True, help="with train.parquet and test.parquet"
    )
    parser.add_argument("--train-rows", type=int, default=1500)
    parser.add_argument("--models", type=int, default=40)
    parser.add_argument("--races", type=int, default=1000, help="number of races of each kind")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args(arguments)
    truth, predicted = trained(options.dataset, options.train_rows, options.models)
    accuracies = (predicted == truth).mean(axis=1)
    figures: dict[str, Any] = {
        "data": options.dataset.name,
        "test_rows": len(truth),
        "models": options.models,
        "accuracy": float(accuracies.mean()),
        "deviation": float(accuracies.std(ddof=1)),
        "disagreement": float((predicted[0] != predicted[1]).mean()),
        "races": options.races,
        "kinds": [
            raced(truth, predicted, rows, seeds, options.races) for rows in ROWS for seeds in SEEDS
        ],
    }
    _show(figures)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def trained(
    folder: Path, train_rows: int, num_models: int
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """The test rows' classes, (rows,), and the predictions of each network, (models, rows)."""
    train, test = (pq.read_table(folder / f"{split}.parquet") for split in ("train", "test"))
    chosen = np.random.default_rng(0).permutation(train.num_rows)[:train_rows]
    train = train.take(chosen)
    features = make_pipeline(
        TfidfVectorizer(max_features=20_000, sublinear_tf=True),
        TruncatedSVD(_FEATURES, random_state=0),
        StandardScaler(),
    )
    learnt = features.fit_transform(train["text"].to_pylist())
    unseen = features.transform(test["text"].to_pylist())
    _, classes = np.unique(train["label"].to_numpy(), return_inverse=True)
    networks = [
        MLPClassifier((32,), max_iter=60, early_stopping=True, random_state=seed)
        for seed in range(num_models)
    ]
    predicted = [network.fit(learnt, classes).predict(unseen) for network in networks]
    _, truth = np.unique(test["label"].to_numpy(), return_inverse=True)
    return truth, np.stack(predicted)


def raced(
    truth: NDArray[np.integer],
    predicted: NDArray[np.integer],
    num_rows: int,
    num_seeds: int,
    races: int,
) -> dict[str, Any]:
    """Shares of races in which two copies are found different, and in which an interval holds."""
    chance, accuracy = np.random.default_rng(1), float((predicted == truth).mean())
    apart, holds = 0, 0
    for race in range(races):
        rows = chance.integers(0, len(truth), num_rows)
        networks = chance.permutation(len(predicted))[: 2 * num_seeds].reshape(2, num_seeds)
        pair = [
            CandidatePredictions(
                f"copy-{place}",
                "full",
                [_job(seed, truth[rows], predicted[seed][rows]) for seed in own.tolist()],
            )
            for place, own in enumerate(networks)
        ]
        spec = ComparisonSpec(
            "binary", ("0", "1"), "1", "accuracy", _CONFIDENCE, _RESAMPLES, seed=race
        )
        found = resample(pair, spec)
        interval = found[0].intervals(spec)["accuracy"]
        compared = compare(*(Contender.of(each, spec) for each in found), spec)
        apart += compared.p_value <= 1 - _CONFIDENCE
        holds += interval.low <= accuracy <= interval.high
    return {"rows": num_rows, "seeds": num_seeds, "apart": apart / races, "holds": holds / races}


def _job(seed: int, truth: NDArray[np.integer], predicted: NDArray[np.integer]) -> JobPredictions:
    """A job's predictions without probabilities, which are not needed here."""
    loss = (truth != predicted).astype(np.float64)
    return JobPredictions(seed, np.arange(len(truth)), truth, predicted, loss, 1 - loss)


def _show(figures: dict[str, Any]) -> None:
    table = Table(
        title=f"{figures['models']} networks on {figures['data']}: accuracy "
        f"{figures['accuracy']:.3f} ± {figures['deviation']:.3f}, two of them differ on "
        f"{100 * figures['disagreement']:.0f} % of rows; {figures['races']} races of each kind"
    )
    for column in ("test rows", "seeds", "found different", "interval holds"):
        table.add_column(column, justify="right")
    for kind in figures["kinds"]:
        shares = (f"{100 * kind[name]:.1f} %" for name in ("apart", "holds"))
        table.add_row(str(kind["rows"]), str(kind["seeds"]), *shares)
    Console().print(table)


if __name__ == "__main__":
    main()
