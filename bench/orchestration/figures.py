"""The tables of a benchmark of the orchestration: a column for each run."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.orchestration.history import EVENTS_LIMIT, PAYLOAD_LIMIT_BYTES

_MEGABYTE = 1e6
Run = dict[str, Any]


def print_figures(figures: dict[str, Any]) -> None:
    console, runs = Console(), figures["runs"]
    console.print(_overview(runs), _stages(runs), _functions(runs), _s3_calls(runs), _sizes(runs))


def _table(title: str, runs: Sequence[Run]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for run in runs:
        table.add_column(f"{run['kind']} {run['candidates']}", justify="right")
    return table


def _overview(runs: Sequence[Run]) -> Table:
    table = _table("The runs", runs)
    cells = [_overview_cells(run) for run in runs]
    for name in cells[0]:
        table.add_row(name, *(each[name] for each in cells))
    return table


def _overview_cells(run: Run) -> dict[str, str]:
    parent, children, cpu = run["parent"], run["children"], run["cpu_seconds_per_candidate"]
    return {
        "training jobs": f"{run['jobs']:,}",
        "seconds": f"{run['seconds']:.0f}",
        "a candidate: seconds beside jobs": f"{run['seconds_beside_jobs_per_candidate']:.2f}",
        "a candidate: CPU s of functions": f"{cpu['functions']:.2f}",
        "a candidate: CPU s of the emulator": f"{cpu['emulator']:.2f}",
        f"events, of {EVENTS_LIMIT:,}": f"{parent['events']:,}",
        "events of a child": f"{children['most_events']:,}",
        f"payload, of {PAYLOAD_LIMIT_BYTES:,} bytes": _payload(parent),
        "payload of a child": _payload(children),
        "transitions": f"{parent['transitions'] + children['transitions']:,}",
    }


def _payload(executions: dict[str, Any]) -> str:
    return f"{executions['largest_payload']['num_bytes']:,}"


def _stages(runs: Sequence[Run]) -> Table:
    table = _table("Seconds beside jobs, and CPU seconds of functions and emulator", runs)
    by_run = [{stage["stage"]: stage for stage in run["stages"]} for run in runs]
    for name in dict.fromkeys(name for stages in by_run for name in stages):
        table.add_row(name, *(_stage(stages.get(name)) for stages in by_run))
    return table


def _stage(stage: dict[str, Any] | None) -> str:
    if stage is None:
        return ""
    return f"{stage['seconds_beside_jobs']:.1f}, {sum(stage['cpu_seconds'].values()):.1f}"


def _functions(runs: Sequence[Run]) -> Table:
    table = _table("Seconds of the longest call, and peak memory in MB", runs)
    for name in runs[0]["functions"]:
        table.add_row(name, *(_function(run["functions"][name]) for run in runs))
    return table


def _function(figures: dict[str, Any]) -> str:
    if not figures["calls"]:
        return ""
    return f"{figures['longest_seconds']:.1f}, {figures['peak_bytes'] / _MEGABYTE:.0f}"


def _s3_calls(runs: Sequence[Run]) -> Table:
    table = _table("Calls of S3 that read, and that write", runs)
    for name in sorted({name for run in runs for name in run["s3_calls"]}):
        table.add_row(name, *(_reads_and_writes(run["s3_calls"].get(name)) for run in runs))
    return table


def _reads_and_writes(counts: dict[str, int] | None) -> str:
    return "" if counts is None else f"{counts['reads']:,}, {counts['writes']:,}"


def _sizes(runs: Sequence[Run]) -> Table:
    table = _table("Kilobytes of documents", runs)
    for name in runs[0]["object_bytes"]:
        table.add_row(name, *(f"{run['object_bytes'][name] / 1e3:,.0f}" for run in runs))
    return table
