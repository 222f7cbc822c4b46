"""Memory and disk of the local cloud while it compares the models in a folder.

    python -m bench.local_race MODELS --dataset FOLDER [--method frozen --method full] [--rows 400]

Every subfolder of MODELS that holds a config.json is a model. The race runs as a user would run it,
with `bakeoff run --local`; meanwhile the processes and the cloud's folder are looked at.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

_LOOK_SECONDS = 1.0
_NAME = "local-race"


@dataclass
class Peaks:
    """The most that was seen at one look."""

    emulator_rss_bytes: int = 0
    all_processes_rss_bytes: int = 0
    disk_bytes: int = 0
    least_free_memory_bytes: int = sys.maxsize


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    models = sorted(path.parent for path in options.models.glob("*/config.json"))
    with tempfile.TemporaryDirectory(dir=options.work) as name:
        work = Path(name)
        request = work / f"{_NAME}.json"
        request.write_text(json.dumps(_request(models, options)))
        started = time.monotonic()
        status, peaks = _race(request, work)
        seconds = time.monotonic() - started
        results = work / "results" / _NAME
        document: dict[str, Any] = {
            "machine": {"cores": os.cpu_count(), "memory_bytes": psutil.virtual_memory().total},
            "models": {path.name: _folder_bytes(path) for path in models},
            "model_bytes": sum(map(_folder_bytes, models)),
            "methods": options.method,
            "rows": options.rows,
            "seconds": round(seconds, 1),
            "exit_status": status,
            "peaks": asdict(peaks),
            "candidates": _rows(results / "comparison.csv"),
        }
    _print(document)
    if options.json:
        options.json.write_text(json.dumps(document, indent=1) + "\n")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", type=Path, help="folder of model folders")
    parser.add_argument(
        "--dataset", type=Path, required=True, help="folder with train and test as Parquet"
    )
    parser.add_argument(
        "--method", action="append", choices=("full", "lora", "frozen"), help="default: frozen"
    )
    parser.add_argument("--rows", type=int, default=400, help="training rows, and as many of test")
    parser.add_argument("--max-length", type=int, default=64, help="tokens")
    parser.add_argument("--work", type=Path, help="where the cloud keeps its files meanwhile")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args(arguments)
    options.method = options.method or ["frozen"]
    return options


def _request(models: Sequence[Path], options: argparse.Namespace) -> dict[str, Any]:
    def data(split: str) -> str:
        found = (path for path in sorted(options.dataset.glob("*.parquet")) if split in path.name)
        return str(next(found).resolve())

    return {
        "dataset": {"train": data("train"), "test": data("test")},
        "models": [
            {"id": str(path.resolve()), "method": method}
            for path in models
            for method in options.method
        ],
        "max_train_rows": options.rows,
        "max_test_rows": options.rows,
        # The race is measured, not the models: the least work that is training.
        "hyperparameters": {
            "epochs": 1,
            "train_batch_size": 32,
            "learning_rate": 5e-5,
            "max_length": options.max_length,
        },
    }


def _race(request: Path, work: Path) -> tuple[int, Peaks]:
    cloud = work / "cloud"
    command = [sys.executable, "-m", "bakeoff", "run", str(request), "--local"]
    process = subprocess.Popen(
        [*command, "--output", str(work / "results")],
        env=os.environ | {"BAKEOFF_LOCAL_DIR": str(cloud)},
    )
    peaks = Peaks()
    try:
        while process.poll() is None:
            _look(process.pid, cloud, peaks)
            time.sleep(_LOOK_SECONDS)
    finally:
        process.terminate()
    return process.wait(), peaks


def _look(pid: int, cloud: Path, peaks: Peaks) -> None:
    everything = emulator = 0
    for each in [*_descendants(pid)]:
        try:
            rss, command = each.memory_info().rss, each.cmdline()
        except psutil.Error:
            continue
        everything += rss
        emulator += rss if "local.emulator" in command else 0
    peaks.emulator_rss_bytes = max(peaks.emulator_rss_bytes, emulator)
    peaks.all_processes_rss_bytes = max(peaks.all_processes_rss_bytes, everything)
    peaks.disk_bytes = max(peaks.disk_bytes, _folder_bytes(cloud))
    free = psutil.virtual_memory().available
    peaks.least_free_memory_bytes = min(peaks.least_free_memory_bytes, free)


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _folder_bytes(folder: Path) -> int:
    """What the files take on disk, each once however many names it has."""
    sizes = {}
    for path in folder.rglob("*"):
        try:
            status = path.lstat()
        except OSError:
            continue  # removed meanwhile
        sizes[status.st_dev, status.st_ino] = status.st_blocks * 512
    return sum(sizes.values())


def _rows(comparison: Path) -> list[dict[str, str]]:
    if not comparison.exists():
        return []
    with comparison.open(newline="", encoding="utf-8") as file:
        wanted = ("candidate", "model", "method", "status", "reason", "accuracy")
        return [{name: row.get(name, "") for name in wanted} for row in csv.DictReader(file)]


def _print(document: dict[str, Any]) -> None:
    peaks, model_bytes = document["peaks"], document["model_bytes"]
    statuses = Counter(row["status"] for row in document["candidates"])
    print(f"{len(document['models'])} models, {model_bytes / 1e9:.2f} GB; {dict(statuses)}")
    print(f"{document['seconds']:.0f} s, exit status {document['exit_status']}")
    print(f"emulator: at most {peaks['emulator_rss_bytes'] / 1e9:.2f} GB of memory")
    print(f"all processes: at most {peaks['all_processes_rss_bytes'] / 1e9:.2f} GB of memory")
    share = peaks["disk_bytes"] / model_bytes
    print(f"disk: at most {peaks['disk_bytes'] / 1e9:.2f} GB, {share:.2f} times the models")


if __name__ == "__main__":
    main()
