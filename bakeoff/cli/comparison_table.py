"""The end of a run for people: the comparison as a table, and what an error.json says."""

from collections.abc import Callable, Collection, Mapping, Sequence

from rich.console import Console

from bakeoff import metrics
from bakeoff.cli.tables import Header, fitted, print_paragraph, print_plain, print_table
from bakeoff.client.progress_text import duration
from bakeoff.methods import is_used
from bakeoff.quoting import escaped
from bakeoff.result_files import DATA_CARD
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary
from bakeoff.summary.marks import MarkKind
from bakeoff.summary.metric_summary import MetricSummary
from bakeoff.summary.verdict import Verdict

_MOST_NOTES = 5
# The place of a column that gives way first; those of the metrics are below.
_LAST = 30
_MEANING_OF_VALIDATION = " Validation is the score there of candidates that dropped out."
_TIED = {True: "yes", False: "no", None: ""}
_MARKS: dict[MarkKind, str] = {
    "still_improving": "still improving",
    "learnt_nothing": "learnt nothing",
    "few_validation_rows": "few validation rows",
}


def print_verdict(console: Console, verdict: Verdict) -> None:
    """The headline, then the other sentences, each on a line of its own."""
    for sentence in verdict.sentences:
        print_paragraph(console, escaped(sentence))
    print_plain(console, "")


def print_comparison(console: Console, summary: Summary) -> None:
    """The candidates by rank, the conditions, and why any failed."""
    headers, cells = comparison_table(summary)
    if console.is_terminal:
        headers, cells = fitted(headers, cells, console.width)
    print_table(console, headers, cells)
    if any(each.has_result for each in summary.candidates):
        print_paragraph(console, _conditions(summary, {header.text for header in headers}))
    for candidate in summary.candidates:
        if candidate.has_losses:
            reason = f"{candidate.name} {candidate.status}: {candidate.reason}"
            print_paragraph(console, escaped(reason))
        if candidate.warnings:
            warnings = " ".join(candidate.warnings)
            print_paragraph(console, escaped(f"{candidate.name}: {warnings}"))


def print_data_notes(console: Console, notes: Sequence[str]) -> None:
    """What the data card says about how the data were read, in part if it says much."""
    for note in notes[:_MOST_NOTES]:
        print_paragraph(console, escaped(f"Data: {note}"))
    if len(notes) > _MOST_NOTES:
        print_paragraph(console, f"Data: {len(notes) - _MOST_NOTES} more notes are in {DATA_CARD}.")


def comparison_table(summary: Summary) -> tuple[list[Header], list[list[str]]]:
    """The headers, and a line of cells for each candidate, the main metric before the others.

    It has what people compare first; comparison.csv has more.
    """
    columns = _columns(summary)
    lines = [[cell(each) for _, cell in columns] for each in summary.candidates]
    return [header for header, _ in columns], lines


_Column = tuple[Header, Callable[[CandidateSummary], str]]


def _columns(summary: Summary) -> list[_Column]:
    """Headers have the place in which they give way where a terminal is narrow."""
    candidates = summary.candidates
    main, *others = _metrics(summary)
    columns: list[_Column] = [
        (Header("rank", is_number=True), lambda each: str(each.rank or "")),
        (Header("name"), lambda each: each.name),
        (Header("method", gives_way=6), lambda each: each.method),
    ]
    if any(each.status != "completed" for each in candidates):
        columns.append((Header("status", gives_way=3), lambda each: each.status))
    columns.append((Header(main, is_number=True), lambda each: _score(each.metrics.get(main))))
    if any(each.stage_validation is not None for each in candidates):
        validation = Header("validation", is_number=True, gives_way=4)
        columns.append((validation, lambda each: _rounded(each.stage_validation, 4)))
    if any(_interval(each.metrics.get(main)) for each in candidates):
        interval = Header("interval", is_number=True, gives_way=1)
        columns += [
            (interval, lambda each: _interval(each.metrics.get(main))),
            (Header("tied", gives_way=2), lambda each: _TIED[each.is_tied]),
        ]
    if any(each.marks for each in candidates):
        columns.append((Header("marks", gives_way=5), _marks))
    columns += [_metric(name, 8 + place) for place, name in enumerate(others)]
    if any(len(each.seeds) > 1 for each in candidates):
        seeds = Header("seeds", is_number=True, gives_way=_LAST - 2)
        columns.append((seeds, lambda each: f"{len(each.seeds_completed)}/{len(each.seeds)}"))
    return [
        *columns,
        (
            Header("epoch", is_number=True, gives_way=_LAST),
            lambda each: _rounded(each.best_epoch, 1),
        ),
        (
            Header("time", is_number=True, gives_way=7),
            lambda each: duration(each.ownership.training_seconds),
        ),
        (
            Header("size", is_number=True, gives_way=_LAST - 1),
            lambda each: _size(each.ownership.num_parameters),
        ),
    ]


def _metrics(summary: Summary) -> tuple[str, ...]:
    """Those of the task; the first task's where it is not known, as no data was prepared."""
    conditions = summary.conditions
    task = next((task for task in metrics.TASKS if task == conditions.task), metrics.TASKS[0])
    return metrics.headlines(task, conditions.main_metric or metrics.default_main_metric(task))


def _metric(name: str, gives_way: int) -> _Column:
    def cell(candidate: CandidateSummary) -> str:
        found = candidate.metrics.get(name)
        return _rounded(found.mean if found else None, 4)

    return Header(name, is_number=True, gives_way=gives_way), cell


def _score(metric: MetricSummary | None) -> str:
    """The mean with its standard deviation over the seeds."""
    if metric is None:
        return ""
    deviation = "" if metric.std is None else f" ± {metric.std:.4f}"
    return f"{metric.mean:.4f}{deviation}"


def _interval(metric: MetricSummary | None) -> str:
    interval = metric.interval if metric else None
    return f"{interval.low:.3f} to {interval.high:.3f}" if interval else ""


def _marks(candidate: CandidateSummary) -> str:
    return ", ".join(_MARKS[mark.kind] for mark in candidate.marks)


def _rounded(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}".removesuffix(".0")


def _size(value: int | None) -> str:
    """In millions, unless these would be rounded to none."""
    if value is None:
        return ""
    return f"{value:,}" if value < 50_000 else f"{value / 1e6:.1f} M"


def print_problems(console: Console, problems: Sequence[Mapping[str, str]]) -> None:
    """One problem below the other, each with its remedy."""
    for problem in problems:
        print_paragraph(console, escaped(f"{problem['field']}: {problem['problem']}"))
        print_paragraph(console, escaped(problem["remedy"]), indent=4)


def _use_of_rows(rows: Mapping[str, int], *, has_epochs: bool) -> str:
    """Up to the number of test rows."""
    train, validation = rows.get("train", 0), rows.get("validation", 0)
    if train:
        chosen = "the best epoch was" if has_epochs else "settings were"
        return (
            f"Trained on {train:,} rows; {chosen} chosen on {validation:,} validation rows, and "
            "scored once on"
        )
    chosen = f"settings were chosen on {validation:,} validation rows, and " if validation else ""
    return f"Trained on no row; {chosen}scored once on"


def _conditions(summary: Summary, shown: Collection[str]) -> str:
    """In sentences, with the meaning of the columns that are `shown`."""
    conditions = summary.conditions
    rows, metric = conditions.rows, conditions.main_metric
    averages = {
        "binary": f" F1, precision and recall are those of the label "
        f"{conditions.positive_label!r}.",
        "multiclass": " F1, precision and recall are means over the labels that occur in test.",
    }
    leaked = conditions.leaked_rows_dropped
    dropped = f" {leaked:,} training rows that are in test as well were left out." if leaked else ""
    has_epochs = any(is_used("epochs", each.method) for each in summary.candidates)
    return (
        f"{_use_of_rows(rows, has_epochs=has_epochs)} {rows.get('test', 0):,} test rows.{dropped} "
        f"The task is {conditions.task}; {conditions.main_metric_direction} {metric} is better."
        f"{averages.get(conditions.task or '', '')}"
        f"{_MEANING_OF_VALIDATION if 'validation' in shown else ''}"
        f"{' Time is that of one training job.' if 'time' in shown else ''}"
        f"{' Size is in parameters.' if 'size' in shown else ''}"
    )
