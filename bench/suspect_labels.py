"""How many wrong labels are among the first that a run lists as suspect.

    python -m bench.suspect_labels --model FOLDER --data FOLDER --set NAME --work FOLDER

Labels of a data set are changed at random, the service's own preparation and jobs of the linear
candidates run on it, and the list of suspect labels is compared with what was changed. With
`--wrong 0` it tells of the data as they are: whether a verdict would call their labels wrong.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bakeoff.comparison.suspect_labels import suspect_labels
from bakeoff.jobs.result import JobResult
from bakeoff.statistics.confident_learning import confident_labels
from bakeoff.statistics.label_noise import LabelNoise
from bakeoff.statistics.label_probabilities import (
    FILE_NAME,
    SPLITS,
    LabelProbabilities,
    read_label_probabilities,
)
from bakeoff.statistics.probability_pool import pooled
from bench.race.both_ways import raced
from bench.race.job_folder import JobFolder
from bench.race.prepared_race import DataChoice, PreparedRace

_CODE = Path(__file__).resolve().parents[1] / "train"


@dataclass(frozen=True)
class Found:
    """What the probabilities of one candidate, or of all pooled, tell of the labels."""

    data_set: str
    asked: str
    """The candidates, with their weights where they are pooled."""
    wrong_share: float
    """Of the labels, those that were changed."""
    rows: int
    agreeing: float
    """The share of labels that are the most probable ones."""
    found_share: float | None
    """Of the changed labels, those among as many rows of the most doubtful ones; None without."""
    found_share_in_test: float | None
    listed: int
    """Rows that the run lists, at most a thousand."""
    listed_wrong: int
    """Those of them whose label was changed."""
    sure_share: float
    """Where answers are most sure, the share that has another label."""
    are_many: bool
    """Whether the verdict would have a sentence."""
    seconds: float | None
    """What looking for them took the jobs."""
    cpu_seconds_of_training: float | None


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    found = [
        each
        for name in options.set
        for wrong in options.wrong
        for each in _found_in(name, wrong, options)
    ]
    for each in found:
        print(json.dumps(asdict(each)))
    if options.json:
        entries = [asdict(each) for each in found]
        options.json.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")


def _found_in(name: str, wrong: float, options: argparse.Namespace) -> Iterator[Found]:
    folder = options.work / f"{name}-{options.rows}-{wrong:g}"
    data = DataChoice.of_options(name, options)
    train, test = folder / "train.parquet", folder / "test.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    changed = {
        "train": write_changed(data.train, train, options.rows, wrong),
        "test": write_changed(data.test, test, options.test_rows, wrong),
    }
    num_validation = options.rows // 10
    data = replace(
        data,
        train=train,
        test=test,
        train_rows=options.rows - num_validation,
        validation_rows=num_validation,
    )
    prepared = PreparedRace.of(data, options.model, folder, None, "frozen", {"baselines": True})
    jobs = JobFolder(prepared.store, folder, _CODE)
    results = [result for wave in raced(prepared, jobs.run) for result in wave.results]
    labels = prepared.dataset.labels
    by_candidate = {
        result.candidate: (read_label_probabilities(file.read_bytes(), len(labels)), [result])
        for result in results
        if (file := jobs.predictions_file(result.item).with_name(FILE_NAME)).exists()
    }
    if len(by_candidate) > 1:
        parts, jobs_of = zip(*by_candidate.values(), strict=True)
        pool, weights = pooled(parts)
        named = zip(by_candidate, weights, strict=True)
        shown = " and ".join(f"{candidate} ({weight:.2f})" for candidate, weight in named)
        by_candidate[shown] = pool, [one for each in jobs_of for one in each]
    for candidates, (probabilities, own) in by_candidate.items():
        yield judged(name, candidates, wrong, probabilities, changed, labels, own)


def judged(
    data_set: str,
    asked: str,
    wrong: float,
    found: LabelProbabilities,
    changed: dict[str, set[int]],
    labels: Sequence[str],
    results: Sequence[JobResult],
) -> Found:
    """`changed` are the ids of rows by the source's split; validation is a part of train."""
    sources = ["test" if SPLITS[split] == "test" else "train" for split in found.splits]
    is_changed = np.array(
        [int(row) in changed[source] for row, source in zip(found.ids, sources, strict=True)]
    )
    in_test = np.array([source == "test" for source in sources])
    confident = confident_labels(found.probabilities, found.labels)
    noise = LabelNoise.of(found.probabilities, found.labels)
    listed = suspect_labels(found, labels, {}, None).listed
    metrics = [result.metrics for result in results if result.metrics is not None]
    return Found(
        data_set=data_set,
        asked=asked,
        wrong_share=wrong,
        rows=len(found.labels),
        agreeing=1 - noise.disagreeing / noise.rows,
        found_share=_among_the_first(confident.score, is_changed),
        found_share_in_test=_among_the_first(confident.score[in_test], is_changed[in_test]),
        listed=len(listed),
        listed_wrong=sum(
            row.id in changed["test" if row.split == "test" else "train"] for row in listed
        ),
        sure_share=noise.sure_disagreeing / noise.sure_rows,
        are_many=noise.is_high,
        seconds=sum(each.seconds.get("labels") or 0.0 for each in metrics),
        cpu_seconds_of_training=sum(each.cpu_seconds or 0.0 for each in metrics),
    )


def _among_the_first(score: np.ndarray[Any, Any], is_changed: np.ndarray[Any, Any]) -> float | None:
    num_changed = int(is_changed.sum())
    if not num_changed:
        return None
    first = np.argsort(-score, kind="stable")[:num_changed]
    return float(is_changed[first].mean())


def write_changed(source: Path, target: Path, most: int, share: float) -> set[int]:
    """Write a sample of the rows, with another label for this share of them; their places."""
    table = pq.read_table(source)
    chance = np.random.default_rng(1)
    table = table.take(np.sort(chance.permutation(len(table))[:most]))
    column = "label_text"
    given = np.array(table[column].to_pylist(), dtype=object)
    names = sorted(set(given))
    changed = chance.permutation(len(given))[: round(share * len(given))]
    for row in changed:
        others = [name for name in names if name != given[row]]
        given[row] = others[chance.integers(len(others))]
    kept = [name for name in table.column_names if name in ("text", "sentence1", "sentence2")]
    table = table.select(kept).append_column("label", pa.array(given.tolist(), pa.string()))
    pq.write_table(table, target)
    return {int(row) for row in changed}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--model",
        type=Path,
        action="append",
        required=True,
        help="the folder of a model that is not trained; several times",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of data set folders")
    parser.add_argument("--set", action="append", required=True, help="a subfolder of --data")
    parser.add_argument("--work", type=Path, required=True, help="for everything that is written")
    parser.add_argument("--wrong", type=float, nargs="+", default=[0.05], help="shares, 0..1")
    parser.add_argument("--rows", type=int, default=4000, help="of train, validation included")
    parser.add_argument("--test-rows", type=int, default=1000)
    parser.add_argument("--max-length", type=int, default=64, help="tokens")
    parser.add_argument("--main-metric", default="accuracy")
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.set_defaults(epochs=None, train_rows=None, validation_rows=None)
    return parser


if __name__ == "__main__":
    main()
