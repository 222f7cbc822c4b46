"""`compare`: several comparisons beside each other."""

from collections.abc import Sequence
from pathlib import Path

from bakeoff.api.comparison import Comparison
from bakeoff.api.loading import load
from bakeoff.api.side_by_side import SideBySide
from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.result_sources import find_results
from bakeoff.cli.tables import Header, print_paragraph, print_plain, print_table
from bakeoff.quoting import printable
from bakeoff.summary.run_entry import RunEntry

_MAX_DATASET = 40


def print_side_by_side(
    texts: Sequence[str], output: Path, is_local: bool, around: Surroundings
) -> ExitStatus:
    """`texts` are names of results, or folders and S3 URIs of them."""
    both = SideBySide([_comparison(text, output, is_local, around) for text in texts])
    _print_runs(both.runs, around)
    print_plain(around.out, "")
    headers = [Header(text, is_number=text in ("rank", "score")) for text in both.headers()]
    print_table(around.out, headers, both.cells())
    for note in both.notes:
        print_paragraph(around.out, note)
    return ExitStatus.OK


def _print_runs(runs: Sequence[Comparison], around: Surroundings) -> None:
    """What each run was about, and what it found."""
    headers = [Header("results"), Header("run", gives_way=1), Header("requested", gives_way=2)]
    headers += [Header("data"), Header("best candidate"), Header("metric", gives_way=4)]
    headers += [Header("score", is_number=True), Header("USD", is_number=True, gives_way=3)]
    entries = [RunEntry.of(one.summary) for one in runs]
    rows = [
        [
            each.name,
            each.run,
            (each.requested_at or "")[:10],
            printable(each.data_name, _MAX_DATASET),
            each.winner or "",
            each.main_metric or "",
            "" if each.score is None else f"{each.score:.4f}",
            "" if each.cost_usd is None else f"{each.cost_usd:.2f}",
        ]
        for each in entries
    ]
    # A column in which no run says anything helps nobody.
    said = [place for place in range(len(headers)) if any(row[place] for row in rows)]
    print_table(
        around.out,
        [headers[place] for place in said],
        [[row[place] for place in said] for row in rows],
    )


def _is_place(text: str) -> bool:
    return "/" in text


def _comparison(text: str, output: Path, is_local: bool, around: Surroundings) -> Comparison:
    if _is_place(text):
        return load(text)
    return load(find_results(text, None, output, is_local, around).folder)
