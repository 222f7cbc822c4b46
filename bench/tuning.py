"""The default recipe beside the former one and beside the best of eight learning rates.

    python -m bench.tuning --models FOLDER --data FOLDER --set NAME --work FOLDER [--method lora]

Each model is trained in three ways, with the service's own planning and jobs: with the former
defaults (two epochs of batches of 32 at 5e-5), with those of today, and to the end at each of eight
rates. What `--work` holds from an earlier call is not trained again.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bakeoff.jobs.result import JobResult
from bench.race.both_ways import exhaustive, raced
from bench.race.job_folder import JobFolder
from bench.race.judgement import chosen_rates
from bench.race.prepared_race import DataChoice, PreparedRace

_CODE = Path(__file__).resolve().parents[1] / "train"
_FORMER = {"epochs": 2, "train_batch_size": 32, "learning_rate": 5e-5}
_GRID = {"learning_rate": 8}

Way = tuple[PreparedRace, JobFolder]


@dataclass(frozen=True)
class Trained:
    """A model as one of the ways trains it."""

    learning_rate: float | None
    validation: float | None
    test: float | None
    cpu_seconds: float | None
    """Of all trainings of this way."""
    reason: str | None = None
    """Why there is no score."""


@dataclass(frozen=True)
class Tuning:
    """One model on one data set."""

    data_set: str
    model: str
    method: str
    former: Trained
    default: Trained
    grid: Trained
    """The best on validation of all rates."""
    by_rate: Mapping[float, Trained]

    @property
    def loss(self) -> float | None:
        """By how much the default's test score is worse than the grid's; for scores of which the
        higher is better."""
        if self.grid.test is None or self.default.test is None:
            return None
        return self.grid.test - self.default.test


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    models = sorted(path.parent for path in options.models.glob("*/config.json"))
    if options.model:
        models = [options.models / name for name in options.model]
    found = [
        tuning_of(DataChoice.of_options(name, options), model, options)
        for name in options.set
        for model in models
    ]
    _print(found, options.main_metric)
    if options.json:
        entries = [asdict(each) | {"loss": each.loss} for each in found]
        options.json.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")


def tuning_of(data: DataChoice, model: Path, options: argparse.Namespace) -> Tuning:
    """Train the model in the three ways, or read what an earlier call has left."""
    folder = options.work / data.name / f"{model.name}-{options.method}"

    def way(name: str, training: Mapping[str, Any]) -> Way:
        prepared = PreparedRace.of(data, [model], folder / name, None, options.method, training)
        return prepared, JobFolder(prepared.store, folder / name, options.code)

    former = way("former", {"hyperparameters": _FORMER | {"max_length": data.max_length}})
    ways = former, way("default", {}), way("grid", {"tune": _GRID})
    return compared(data.name, *ways, jobs_at_once=options.jobs_at_once)


def compared(
    data_set: str, former: Way, default: Way, grid: Way, *, jobs_at_once: int = 1
) -> Tuning:
    """Train in the three ways; each is the race of one model, and where its jobs run."""
    (candidate,) = grid[0].resolved.candidates
    metric = grid[0].resolved.main_metric_of(grid[0].dataset.task)
    by_former, by_default = (
        raced(race, jobs.run)[-1].results[0] for race, jobs in (former, default)
    )
    (by_rate,) = exhaustive(*grid, jobs_at_once).values()
    rates = chosen_rates({"": by_rate}, metric, higher_is_better=True)
    best = _trained(by_rate[rates.get("", min(by_rate))], metric)
    spent = (_trained(each, metric).cpu_seconds or 0.0 for each in by_rate.values())
    return Tuning(
        data_set=data_set,
        model=Path(candidate.model).name,
        method=candidate.method,
        former=_trained(by_former, metric),
        default=_trained(by_default, metric),
        grid=replace(best, cpu_seconds=sum(spent)),
        by_rate={rate: _trained(result, metric) for rate, result in by_rate.items()},
    )


def _trained(result: JobResult, metric: str) -> Trained:
    metrics = result.metrics
    return Trained(
        learning_rate=metrics.learning_rate if metrics else None,
        validation=result.scores("validation").get(metric),
        test=result.scores("test").get(metric),
        cpu_seconds=metrics.cpu_seconds if metrics else None,
        reason=result.reason,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--models", type=Path, required=True, help="folder of model folders")
    parser.add_argument("--model", action="append", help="only this subfolder; several times")
    parser.add_argument("--data", type=Path, required=True, help="folder of data set folders")
    parser.add_argument("--set", action="append", required=True, help="a subfolder of --data")
    parser.add_argument("--work", type=Path, required=True, help="for everything that is written")
    parser.add_argument("--method", choices=("full", "lora"), default="full")
    parser.add_argument("--train-rows", type=int, default=2000)
    parser.add_argument("--validation-rows", type=int, default=400)
    parser.add_argument("--test-rows", type=int, default=1000)
    parser.add_argument("--max-length", type=int, default=64, help="tokens")
    parser.add_argument("--main-metric", default="accuracy", help="one of which more is better")
    parser.add_argument("--jobs-at-once", type=int, default=1)
    parser.add_argument("--code", type=Path, default=_CODE, help="the training code")
    parser.add_argument("--json", type=Path, help="write all figures here")
    # Today's defaults choose them.
    parser.set_defaults(epochs=None)
    return parser


def _print(found: Sequence[Tuning], metric: str) -> None:
    table = Table(title=f"{metric} on test, with the learning rate and the CPU seconds of training")
    table.add_column("set, model")
    for way in ("former defaults", "defaults", "best of 8 rates"):
        table.add_column(way, justify="right")
    table.add_column("lost", justify="right")
    for each in found:
        cells = [_cell(way) for way in (each.former, each.default, each.grid)]
        lost = "" if each.loss is None else f"{each.loss:+.3f}"
        table.add_row(f"{each.data_set}, {each.model} ({each.method})", *cells, lost)
    Console().print(table)


def _cell(trained: Trained) -> str:
    if trained.test is None:
        return "failed"
    return f"{trained.test:.3f} at {trained.learning_rate:g}, {trained.cpu_seconds or 0:.0f} s"


if __name__ == "__main__":
    main()
