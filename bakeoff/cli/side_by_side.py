"""`compare`: several comparisons beside each other."""

from collections.abc import Sequence
from pathlib import Path

from bakeoff.api.comparison import Comparison
from bakeoff.api.loading import load
from bakeoff.api.side_by_side import SideBySide
from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.tables import Header, print_plain, print_table
from bakeoff.client.cloud import Cloud
from bakeoff.client.results import latest_results


def print_side_by_side(texts: Sequence[str], output: Path, around: Surroundings) -> ExitStatus:
    """`texts` are names of results, or folders and S3 URIs of them."""
    names = [text for text in texts if not _is_place(text)]
    cloud = around.connect() if names else None
    runs = [_comparison(text, cloud, output) for text in texts]
    both = SideBySide(runs)
    headers = [Header(text, is_number=text in ("rank", "score")) for text in both.headers()]
    print_table(around.out, headers, both.cells())
    for note in both.notes:
        print_plain(around.out, note)
    return ExitStatus.OK


def _is_place(text: str) -> bool:
    return "/" in text


def _comparison(text: str, cloud: Cloud | None, output: Path) -> Comparison:
    if cloud is None or _is_place(text):
        return load(text)
    return load(latest_results(cloud, text, output).folder)
