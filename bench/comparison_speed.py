"""What Compare takes: time, memory and the sizes of what it writes.

    python -m bench.comparison_speed [--candidates N] [--seeds N] [--rows N] [--task TASK]
        [--json FILE]

The whole Lambda function runs, each task in a process of its own, on a run that is made up in
memory: from the jobs' results and predictions to summary.json and the report. Making up the
predictions does not count as time. Another process then reads summary.json as the command line
does. `--json FILE` writes all figures.
"""

import argparse
import json
import multiprocessing
import os
import platform
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bakeoff import layout, result_files
from bakeoff.metrics import Task
from bakeoff.summary.document import read_summary
from bench.made_up_run import LABELS, NAME, PAYLOAD, MadeUpRun
from lambdas.aws.sagemaker import SageMaker
from lambdas.compare import write_comparison

_MEGABYTE = 1e6


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--candidates", type=int, default=50)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--task", choices=tuple(LABELS), action="append", help="default: all")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args(arguments)
    figures: dict[str, Any] = {
        "machine": {"cores": os.cpu_count(), "processor": _processor()},
        "candidates": options.candidates,
        "seeds": options.seeds,
        "rows": options.rows,
        "tasks": {},
    }
    for task in options.task or LABELS:
        found, summary = _alone(measure, task, options.candidates, options.seeds, options.rows)
        figures["tasks"][task] = found | _alone(measure_reading, summary)
    _show(figures)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _alone(function: Any, *arguments: object) -> Any:
    """In a fresh process, because the peak of one would hide that of the next."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def measure(
    task: Task, num_candidates: int, num_seeds: int, num_rows: int
) -> tuple[dict[str, Any], bytes]:
    """The figures of one comparison, and its summary.json."""
    store = MadeUpRun(task, num_candidates, num_seeds, num_rows)
    idle_bytes, began, cpu_began = _peak_bytes(), time.perf_counter(), time.process_time()
    write_comparison(PAYLOAD, store, SageMaker(None))
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    peak_bytes, newest = _peak_bytes(), layout.results_prefix(NAME)
    sizes = {
        key.removeprefix(newest): len(content)
        for key, content in store.objects.items()
        if key.startswith(newest) and "/" not in key.removeprefix(newest)
    }
    content = store.objects[layout.latest_key(NAME, result_files.SUMMARY)]
    summary = read_summary(content, NAME)
    figures = {
        "labels": LABELS[task],
        "jobs": num_candidates * num_seeds,
        "pairs": len(summary.pairs),
        "tied": len(summary.verdict.tied),
        "intervals": sum(
            metric.interval is not None
            for each in summary.candidates
            for metric in each.metrics.values()
        ),
        "seconds": seconds,
        "cpu_seconds": cpu_seconds - store.cpu_seconds,
        "making_up_cpu_seconds": store.cpu_seconds,
        "idle_bytes": idle_bytes,
        "peak_bytes": peak_bytes,
        "file_bytes": sizes,
    }
    return figures, content


def measure_reading(content: bytes) -> dict[str, Any]:
    """What reading summary.json takes of the command line."""
    began = time.process_time()
    read_summary(content, NAME)
    return {
        "summary_cpu_seconds": time.process_time() - began,
        "summary_peak_bytes": _peak_bytes(),
    }


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
        f"{figures['rows']:,} test rows"
    )
    columns = ("task", "labels", "CPU s", "peak MB", "summary MB", "report MB", "reading it, MB")
    for column in columns:
        table.add_column(column, justify="left" if column == "task" else "right")
    for task, found in figures["tasks"].items():
        sizes = found["file_bytes"]
        table.add_row(
            task,
            str(found["labels"]),
            f"{found['cpu_seconds']:.1f}",
            f"{found['peak_bytes'] / _MEGABYTE:,.0f}",
            f"{sizes[result_files.SUMMARY] / _MEGABYTE:.1f}",
            f"{sizes[result_files.REPORT] / _MEGABYTE:.1f}",
            f"{found['summary_peak_bytes'] / _MEGABYTE:,.0f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
