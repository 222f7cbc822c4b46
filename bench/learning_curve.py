"""How well a learning curve tells the score with twice the rows.

    python -m bench.learning_curve --model FOLDER --data FOLDER --set NAME --work FOLDER

The service's own preparation and jobs run on an eighth, a quarter and a half of the train rows and
on all of them. The forecast from the first three is compared with the score of the last.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from bakeoff.comparison.add_statistics import comparison_spec
from bakeoff.comparison.marks import NOTHING_LEARNT_P_VALUE
from bakeoff.jobs.job_config import TrainingPart
from bakeoff.jobs.plan import plan_wave
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.wave import Training, Wave
from bakeoff.methods import learns_from_rows
from bakeoff.statistics import (
    CandidatePredictions,
    ComparisonSpec,
    read_predictions,
    reduce_predictions,
)
from bakeoff.statistics.curve_forecast import PointPredictions, curve_forecast
from bench.race.job_folder import JobFolder
from bench.race.prepared_race import DataChoice, PreparedRace

_CODE = Path(__file__).resolve().parents[1] / "train"
PARTS = (8, 4, 2)
"""The parts of all rows, as divisors."""
_TEXTS = ("text", "sentence1", "sentence2")
_LABELS = ("label_text", "labels_text", "score")


@dataclass(frozen=True)
class Forecast:
    """What half of the rows say of all, and what came."""

    data_set: str
    method: str
    seed: int
    """Of training, and of the draw of the parts."""
    metric: str
    train_rows: int
    scores: list[float]
    """At the parts, and at all rows."""
    forecast: float | None
    low: float | None
    high: float | None
    gain: float | None
    effect: str | None
    reason: str | None
    """Why there is no forecast."""

    @property
    def miss(self) -> float | None:
        """The forecast minus the score at all rows."""
        return None if self.forecast is None else self.forecast - self.scores[-1]

    @property
    def is_covered(self) -> bool | None:
        """Whether the interval of the forecast has the score at all rows."""
        if self.low is None or self.high is None:
            return None
        return self.low <= self.scores[-1] <= self.high

    @property
    def miss_of_no_gain(self) -> float:
        """That of saying that the score stays as it is."""
        return self.scores[-2] - self.scores[-1]


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    found = [each for name in options.set for each in _forecasts_of(name, options)]
    for each in found:
        print(line(each), flush=True)
    print(total(found))
    if options.json:
        entries = [
            asdict(each) | {"miss": each.miss, "is_covered": each.is_covered} for each in found
        ]
        options.json.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")


def line(each: Forecast) -> str:
    scores = " ".join(f"{score:.4f}" for score in each.scores)
    start = f"{each.data_set:12} {each.method:7} {each.metric:9} {each.train_rows:6} {scores}"
    if each.forecast is None:
        return f"{start}  no forecast: {each.reason}"
    return (
        f"{start}  forecast {each.forecast:.4f} [{each.low:.4f}, {each.high:.4f}] "
        f"misses by {100 * (each.miss or 0.0):+.2f}, no gain by {100 * each.miss_of_no_gain:+.2f}"
        f"{'' if each.is_covered else '  NOT COVERED'}"
    )


def total(found: Sequence[Forecast]) -> str:
    """Of those with a forecast, in hundredths of the metric."""
    misses = [abs(each.miss) for each in found if each.miss is not None]
    if not misses:
        return "there is no forecast"
    stays = [abs(each.miss_of_no_gain) for each in found if each.miss is not None]
    covered = sum(each.is_covered is True for each in found)
    near = sum(miss <= 0.01 for miss in misses)
    return (
        f"{len(misses)} of {len(found)} with a forecast: mean miss {100 * np.mean(misses):.2f}, "
        f"of no gain {100 * np.mean(stays):.2f}; {near} within a point, {covered} covered"
    )


def _forecasts_of(name: str, options: argparse.Namespace) -> Iterator[Forecast]:
    folder = options.work / f"{name}-{options.rows}"
    folder.mkdir(parents=True, exist_ok=True)
    data = DataChoice.of_options(name, options)
    train, test = folder / "train.parquet", folder / "test.parquet"
    rows = write_sample(data.train, train, options.rows)
    test_rows = write_sample(data.test, test, options.test_rows)
    num_validation = rows // 10
    data = replace(
        data,
        train=train,
        test=test,
        train_rows=rows - num_validation,
        validation_rows=num_validation,
        test_rows=test_rows,
    )
    training = {
        "baselines": True,
        "seeds": options.seeds,
        "main_metric": options.main_metric,
        "label_delimiter": options.label_delimiter,
    }
    prepared = PreparedRace.of(data, [options.model], folder, None, "frozen", training)
    jobs = JobFolder(prepared.store, folder, _CODE)
    for candidate in prepared.resolved.candidates:
        if learns_from_rows(candidate.method) and candidate.method in options.method:
            for seed in range(options.seeds):
                yield _forecast(name, prepared, candidate.candidate, candidate.method, seed, jobs)


def _forecast(
    name: str, prepared: PreparedRace, candidate: str, method: str, seed: int, jobs: JobFolder
) -> Forecast:
    spec = comparison_spec(prepared.resolved, prepared.dataset)
    all_rows = prepared.dataset.rows.train
    points, scores, p_values = [], [], []
    for part in (*PARTS, 1):
        # Also all rows are drawn, in another order.
        rows = round(all_rows / part)
        result = _trained(prepared, candidate, seed, rows, round(100 / part), jobs)
        scores.append(result.scores("test")[spec.main_metric])
        p_values.append(result.metrics.majority_p_value if result.metrics else None)
        points.append(PointPredictions(rows, _predictions(candidate, method, result, spec, jobs)))
    found = curve_forecast(points[:-1], spec)
    # As the comparison does, of what has learnt nothing from half of the rows.
    learnt_nothing = (p_values[-2] or 0.0) > NOTHING_LEARNT_P_VALUE
    ahead = None if learnt_nothing else found.forecast
    return Forecast(
        data_set=name,
        method=method,
        seed=seed,
        metric=spec.main_metric,
        train_rows=all_rows,
        scores=scores,
        forecast=ahead.score if ahead else None,
        low=ahead.interval.low if ahead else None,
        high=ahead.interval.high if ahead else None,
        gain=ahead.gain if ahead else None,
        effect=ahead.effect if ahead else None,
        reason="It has learnt nothing." if learnt_nothing else found.reason,
    )


def _trained(
    prepared: PreparedRace, candidate: str, seed: int, rows: int, percent: int, jobs: JobFolder
) -> JobResult:
    part = TrainingPart(stage="curve", num_train_rows=rows)
    wave = Wave(1, "curve", [Training(candidate, seed, part, train_percent=percent)])
    plan = plan_wave(
        prepared.resolved, prepared.manifest, prepared.dataset, prepared.settings, wave
    )
    (item,) = plan.items
    result = jobs.run(item, plan.configs[item.item])
    if result.status != "completed":
        raise RuntimeError(f"{item.item} failed: {result.reason}")
    return result


def _predictions(
    candidate: str, method: str, result: JobResult, spec: ComparisonSpec, jobs: JobFolder
) -> CandidatePredictions:
    content = jobs.predictions_file(result.item).read_bytes()
    threshold = result.metrics.threshold if result.metrics else None
    reduced = reduce_predictions(read_predictions(content), spec, result.seed, threshold)
    return CandidatePredictions(candidate, method, [reduced])


def write_sample(source: Path, target: Path, most: int) -> int:
    """Write at most so many of the rows, drawn at random, with texts and label; their number."""
    table = pq.read_table(source)
    chance = np.random.default_rng(1)
    table = table.take(np.sort(chance.permutation(len(table))[:most]))
    label = next(name for name in _LABELS if name in table.column_names)
    texts = [name for name in _TEXTS if name in table.column_names]
    table = table.select([*texts, label]).rename_columns([*texts, "label"])
    pq.write_table(table, target)
    return len(table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="the folder of an encoder")
    parser.add_argument("--data", type=Path, required=True, help="folder of data set folders")
    parser.add_argument("--set", action="append", required=True, help="a subfolder of --data")
    parser.add_argument("--method", nargs="+", default=["frozen", "tfidf"])
    parser.add_argument("--work", type=Path, required=True, help="for everything that is written")
    parser.add_argument("--rows", type=int, default=10_000, help="of train, validation included")
    parser.add_argument("--test-rows", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=1, help="draws of the parts")
    parser.add_argument("--max-length", type=int, default=64, help="tokens")
    parser.add_argument("--main-metric", help="the task's own unless given")
    parser.add_argument("--label-delimiter", help="of several labels in one text")
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.set_defaults(epochs=None, train_rows=None, validation_rows=None)
    return parser


if __name__ == "__main__":
    main()
