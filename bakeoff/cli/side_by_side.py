"""`compare`: several comparisons beside each other."""

from collections.abc import Sequence
from pathlib import Path

from bakeoff.api.comparison import Comparison
from bakeoff.api.loading import load
from bakeoff.api.side_by_side import SideBySide
from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.result_sources import find_results
from bakeoff.cli.tables import Header, print_paragraph, print_table


def print_side_by_side(
    texts: Sequence[str], output: Path, is_local: bool, around: Surroundings
) -> ExitStatus:
    """`texts` are names of results, or folders and S3 URIs of them."""
    runs = [_comparison(text, output, is_local, around) for text in texts]
    both = SideBySide(runs)
    headers = [Header(text, is_number=text in ("rank", "score")) for text in both.headers()]
    print_table(around.out, headers, both.cells())
    for note in both.notes:
        print_paragraph(around.out, note)
    return ExitStatus.OK


def _is_place(text: str) -> bool:
    return "/" in text


def _comparison(text: str, output: Path, is_local: bool, around: Surroundings) -> Comparison:
    if _is_place(text):
        return load(text)
    return load(find_results(text, None, output, is_local, around).folder)
