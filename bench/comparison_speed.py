"""Time and memory of a large comparison: 50 candidates, 5 seeds, 10,000 rows.

    python -m bench.comparison_speed [--candidates N] [--seeds N] [--rows N] [--task TASK]
        [--resamples N] [--json FILE]

Each task runs in a process of its own: from the jobs' files (in memory, not in the bucket) to
intervals of all metrics, tests of all pairs, confusion matrices, scores by label and the hardest
rows. Each file is generated just before it is read; the time for that does not count.
"""

import argparse
import io
import json
import multiprocessing
import os
import platform
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from bakeoff.metrics import Task
from bakeoff.statistics import (
    CandidatePredictions,
    ComparisonSpec,
    JobPredictions,
    analyse,
    confusion,
    hardest_rows,
    label_scores,
    read_predictions,
    reduce_predictions,
)
from bakeoff.statistics.comparison_spec import RESAMPLES

# Labels of each task; multiclass as banking77, multilabel as GoEmotions.
LABELS: dict[Task, int] = {"binary": 2, "multiclass": 77, "multilabel": 28, "regression": 0}
_MAIN_METRICS: dict[Task, str] = {
    "binary": "f1",
    "multiclass": "macro_f1",
    "multilabel": "micro_f1",
    "regression": "spearman",
}
_THRESHOLD = 0.3
_LABELS_PER_ROW = 1.2


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--candidates", type=int, default=50)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--task", choices=tuple(LABELS), action="append", help="default: all")
    parser.add_argument("--resamples", type=int, default=RESAMPLES)
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args(arguments)
    figures: dict[str, Any] = {
        "machine": {"cores": os.cpu_count(), "processor": _processor()},
        "candidates": options.candidates,
        "seeds": options.seeds,
        "rows": options.rows,
        "resamples": options.resamples,
        "tasks": {},
    }
    # A fresh process for each task, because the peak of one would hide that of the next.
    fresh = multiprocessing.get_context("spawn")
    for task in options.task or LABELS:
        with fresh.Pool(1) as pool:
            measured = (task, options.candidates, options.seeds, options.rows, options.resamples)
            figures["tasks"][task] = pool.apply(measure, measured)
    _show(figures)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def measure(
    task: Task, num_candidates: int, num_seeds: int, num_rows: int, resamples: int
) -> dict[str, Any]:
    """Seconds of reading and of comparing, and peak memory in bytes."""
    labels = tuple(f"label-{number:02}" for number in range(LABELS[task]))
    spec = ComparisonSpec(
        task=task,
        labels=labels,
        positive_label=labels[1] if task == "binary" else None,
        main_metric=_MAIN_METRICS[task],
        resamples=resamples,
    )
    started, reading_seconds, reading_cpu_seconds = _clock(), 0.0, 0.0
    candidates = []
    for number in range(num_candidates):
        jobs = []
        for seed in range(num_seeds):
            content = made_up_file(spec, num_rows, number, seed)
            began, cpu_began = _clock(), time.process_time()
            jobs.append(_read(content, spec, seed))
            reading_seconds += _clock() - began
            reading_cpu_seconds += time.process_time() - cpu_began
        candidates.append(CandidatePredictions(f"model-{number:02}", "full", jobs))
    read_bytes, began, cpu_began = _peak_bytes(), _clock(), time.process_time()
    analysis = analyse(candidates, spec)
    analysed = _clock()
    for candidate in candidates:
        confusion(candidate, spec)
        label_scores(candidate, spec)
    hardest_rows(candidates, spec)
    ended = _clock()
    return {
        "labels": LABELS[task],
        "metrics": len(spec.metrics),
        "pairs": len(analysis.pairs),
        "intervals": sum(len(found) for found in analysis.intervals.values()),
        "reading_seconds": reading_seconds,
        "analysis_seconds": analysed - began,
        "description_seconds": ended - analysed,
        "seconds": reading_seconds + ended - began,
        "cpu_seconds": reading_cpu_seconds + time.process_time() - cpu_began,
        "making_up_seconds": began - started - reading_seconds,
        "read_bytes": read_bytes,
        "peak_bytes": _peak_bytes(),
    }


def made_up_file(spec: ComparisonSpec, num_rows: int, candidate: int, seed: int) -> bytes:
    """A predictions.npz with the same truth for all, and models of different quality."""
    truth_chance = np.random.default_rng(0)
    chance = np.random.default_rng([candidate, seed])
    quality = 2.0 - 0.02 * candidate
    num_labels = len(spec.labels)
    if spec.task == "regression":
        labels: np.ndarray = truth_chance.normal(0, 1, num_rows)
        logits = quality * labels + chance.normal(0, 1, num_rows)
    elif spec.task == "multilabel":
        is_given = truth_chance.random((num_rows, num_labels)) < _LABELS_PER_ROW / num_labels
        labels = is_given.astype(np.float32)
        logits = chance.normal(-3, 1, labels.shape) + 2 * quality * labels
    else:
        labels = truth_chance.integers(0, num_labels, num_rows)
        logits = chance.normal(0, 1, (num_rows, num_labels))
        logits[np.arange(num_rows), labels] += quality
    content = io.BytesIO()
    np.savez_compressed(
        content, ids=np.arange(num_rows), labels=labels, logits=logits.astype(np.float32)
    )
    return content.getvalue()


def _read(content: bytes, spec: ComparisonSpec, seed: int) -> JobPredictions:
    return reduce_predictions(read_predictions(content), spec, seed, _THRESHOLD)


def _clock() -> float:
    return time.perf_counter()


def _peak_bytes() -> int:
    """The peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _show(figures: dict[str, Any]) -> None:
    table = Table(
        title=f"{figures['candidates']} candidates, {figures['seeds']} seeds, "
        f"{figures['rows']:,} test rows, {figures['resamples']:,} resamples"
    )
    columns = ("task", "labels", "intervals", "reading", "analysis", "rest", "s", "CPU s", "MB")
    for column in columns:
        table.add_column(column, justify="left" if column == "task" else "right")
    for task, found in figures["tasks"].items():
        parts = ("reading_seconds", "analysis_seconds", "description_seconds")
        table.add_row(
            task,
            *(str(found[name]) for name in ("labels", "intervals")),
            *(f"{found[name]:.1f}" for name in (*parts, "seconds", "cpu_seconds")),
            f"{found['peak_bytes'] / 1e6:,.0f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
