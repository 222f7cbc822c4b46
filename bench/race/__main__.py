"""The race beside the exhaustive training of the same models: its cost, its choice, what it missed.

    python -m bench.race --models FOLDER --data FOLDER --work FOLDER [--set NAME] [--json FILE]

Every subfolder of `--models` with a config.json is a model, and every subfolder of `--data` has
train and test as Parquet. Both ways run the service's own planning and jobs, one after the other,
with one thread each. What `--work` holds from an earlier call is not trained again, so a call that
was interrupted goes on, and another race can be judged by the same exhaustive training.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.race.both_ways import exhaustive, raced
from bench.race.figures import figures_of, print_figures
from bench.race.job_folder import JobFolder
from bench.race.prepared_race import DataChoice, PreparedRace

_CODE = Path(__file__).resolve().parents[2] / "train"


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    models = sorted(path.parent for path in options.models.glob("*/config.json"))
    if options.model:
        models = [options.models / name for name in options.model]
    document: dict[str, Any] = {"models": [model.name for model in models], "sets": {}}
    for name in options.set:
        data = DataChoice.of_options(name, options)
        folder = options.work / name
        prepared = PreparedRace.of(data, models, folder, options.finalists)
        jobs = JobFolder(prepared.store, folder, options.code)
        results = exhaustive(prepared, jobs.inner("exhaustive"), options.jobs_at_once)
        past = raced(prepared, jobs.inner(options.race).run, options.jobs_at_once)
        figures = figures_of(prepared, jobs.inner("exhaustive"), results, past)
        document["sets"][name] = {"data": _plain(asdict(data)), **figures}
        print_figures(name, figures)
    if options.json:
        options.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--models", type=Path, required=True, help="folder of model folders")
    parser.add_argument("--model", action="append", help="only this subfolder; several times")
    parser.add_argument("--data", type=Path, required=True, help="folder of data set folders")
    parser.add_argument("--set", action="append", required=True, help="a subfolder of --data")
    parser.add_argument("--work", type=Path, required=True, help="for everything that is written")
    parser.add_argument("--race", default="race", help="name of the race's folder in --work")
    parser.add_argument("--finalists", type=int, default=3)
    parser.add_argument("--train-rows", type=int, default=400)
    parser.add_argument("--validation-rows", type=int, default=200)
    parser.add_argument("--test-rows", type=int, default=600)
    parser.add_argument("--max-length", type=int, default=64, help="tokens")
    parser.add_argument("--epochs", type=int, help="default: as many as the service chooses")
    parser.add_argument("--main-metric", default="accuracy")
    parser.add_argument("--jobs-at-once", type=int, default=1)
    parser.add_argument("--code", type=Path, default=_CODE, help="the training code")
    parser.add_argument("--json", type=Path, help="write all figures here")
    return parser.parse_args(arguments)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(each) if isinstance(each, Path) else each for name, each in values.items()}


if __name__ == "__main__":
    main()
