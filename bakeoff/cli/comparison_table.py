"""The end of a run: comparison.csv as people read it, and what an error.json says."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from bakeoff import metrics
from bakeoff.cli.tables import Header, print_plain, print_table
from bakeoff.client.progress_text import duration
from bakeoff.summary.display_names import candidate_labels
from bakeoff.summary.document import Verdict

_MEASURED = ("completed", "partial")

Row = Mapping[str, str]


def read_rows(comparison_csv: bytes) -> list[Row]:
    """The rows of comparison.csv, cells as text."""
    return list(csv.DictReader(io.StringIO(comparison_csv.decode(), newline="")))


def print_verdict(console: Console, verdict: Verdict) -> None:
    """The headline, then what else there is to say, a sentence a line."""
    for sentence in verdict.sentences:
        print_plain(console, sentence)
    print_plain(console, "")


def print_comparison(console: Console, rows: Sequence[Row]) -> None:
    """The candidates in their order, the conditions, and why any failed."""
    print_table(console, *comparison_table(rows))
    measured = [row for row in rows if row["status"] in _MEASURED]
    if measured:
        print_plain(console, _conditions(measured[0]))
    labels = _labels(rows)
    for row, label in zip(rows, labels, strict=True):
        if row["status"] != "completed":
            print_plain(console, f"{label} {row['status']}: {row['reason']}")
        if row.get("warnings"):
            print_plain(console, f"{label}: {row['warnings']}")


def comparison_table(rows: Sequence[Row]) -> tuple[list[Header], list[list[str]]]:
    """The main metric comes first, with its sample standard deviation over the seeds.

    The other columns of comparison.csv would not fit a terminal.
    """
    main, *others = _shown_metrics(rows)
    has_failed = any(row["status"] != "completed" for row in rows)
    has_intervals = any(row.get(f"{main}_low") for row in rows)
    has_seeds = any(row["seeds"] not in ("", "0", "1") for row in rows)
    headers = [Header("rank", is_number=True), Header("model"), Header("method")]
    headers += [Header("status")] if has_failed else []
    headers += [Header(main, is_number=True)]
    headers += [Header("interval", is_number=True), Header("tied")] if has_intervals else []
    headers += [Header(name, is_number=True) for name in others]
    headers += [Header("seeds", is_number=True)] if has_seeds else []
    headers += [Header(text, is_number=True) for text in ("epoch", "time", "size")]
    cells = [
        [
            row["rank"],
            label,
            # Tables of earlier versions have no such column.
            row.get("method", ""),
            *([row["status"]] if has_failed else []),
            _rounded(row[main], 4) + _deviation(row[f"{main}_std"]),
            *([_interval(row, main), _tied(row)] if has_intervals else []),
            *(_rounded(row[name], 4) for name in others),
            *([f"{row['seeds_completed']}/{row['seeds']}"] if has_seeds else []),
            _rounded(row["best_epoch"], 1),
            duration(float(row["training_seconds"])) if row["training_seconds"] else "",
            _millions(row["num_parameters"]),
        ]
        for row, label in zip(rows, _labels(rows), strict=True)
    ]
    return headers, cells


def print_problems(console: Console, problems: Sequence[Mapping[str, str]]) -> None:
    """One problem below the other, each with what to do."""
    for problem in problems:
        print_plain(console, f"{problem['field']}: {problem['problem']}")
        print_plain(console, f"    {problem['remedy']}")


def is_rejected(error: Mapping[str, Any]) -> bool:
    """Whether error.json tells that the request or its data is wrong, not that a run broke."""
    return error.get("error") is None


def _shown_metrics(rows: Sequence[Row]) -> tuple[str, ...]:
    """Those of the task; the first one's where there is no task, as nothing was prepared."""
    told = rows[0] if rows else {}
    task = next((task for task in metrics.TASKS if task == told.get("task")), metrics.TASKS[0])
    return metrics.headlines(task, told.get("main_metric") or metrics.default_main_metric(task))


def _labels(rows: Sequence[Row]) -> list[str]:
    return candidate_labels([(row["candidate"], row["model"]) for row in rows])


def _deviation(cell: str) -> str:
    return f" ± {_rounded(cell, 4)}" if cell else ""


def _interval(row: Row, metric: str) -> str:
    low, high = row.get(f"{metric}_low"), row.get(f"{metric}_high")
    return f"{_rounded(low, 3)} to {_rounded(high, 3)}" if low and high else ""


def _tied(row: Row) -> str:
    return {"true": "yes", "false": "no"}.get(row.get("tied", "").lower(), "")


def _rounded(cell: str, digits: int) -> str:
    return f"{float(cell):.{digits}f}".removesuffix(".0") if cell else ""


def _millions(cell: str) -> str:
    return f"{int(cell) / 1e6:.1f} M" if cell else ""


def _conditions(row: Row) -> str:
    averaged = {
        "binary": f" F1, precision and recall are of the label {row['positive_label']!r}.",
        "macro": " F1, precision and recall are means over the labels that occur in test.",
    }
    leaked = row.get("leaked_rows_dropped") or "0"
    dropped = f" {leaked} training rows that also stand in test were left out." * (leaked != "0")
    return (
        f"Measured on {row['test_rows']} test rows, by the epoch that was best on "
        f"{row['validation_rows']} validation rows, after training on {row['train_rows']}."
        f"{dropped} The task is {row['task']}; of {row['main_metric']} "
        f"{row['main_metric_direction']} is better.{averaged.get(row['average'], '')} Time is "
        "that of one training job; size is in parameters."
    )
