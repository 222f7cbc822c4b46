"""What a run costs beside its jobs: time, memory, S3 calls, and how near it comes to AWS's limits.

    python -m bench.orchestration [--candidates N]... [--kind race|list]... [--jobs N] [--json FILE]

Each run has a local cloud of its own, with the deployed state machine and functions, and a hub that
lists made-up models. The preparation and the training jobs are stubs that write what they would
write, made up, so that nearly all that is left is the orchestration. A `race` finds its models by a
search, and three of them reach the final; in a `list` all are trained to the end.
"""

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.orchestration.figures import print_figures
from bench.orchestration.measure import Kind, measure

_KINDS: tuple[Kind, ...] = ("race", "list")
_SIZES = (50, 100, 200)


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    runs = [
        measure(kind, number, options.jobs, options.work)
        for kind in options.kind or _KINDS
        for number in options.candidates or _SIZES
    ]
    figures: dict[str, Any] = {
        "machine": {"cores": os.cpu_count()},
        "jobs_at_once": options.jobs,
        "runs": runs,
    }
    print_figures(figures)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--candidates", type=int, action="append", help="default: 50, 100, 200")
    parser.add_argument("--kind", choices=_KINDS, action="append", help="default: both")
    parser.add_argument("--jobs", type=int, default=2, help="training jobs at once")
    parser.add_argument("--work", type=Path, help="where the clouds keep their files meanwhile")
    parser.add_argument("--json", type=Path, help="write all figures here")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
