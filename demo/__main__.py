"""`python -m demo` builds the demo and runs it in the local cloud, as a user would, and says how to
use the model that was best."""

import sys
import time
from pathlib import Path

from bakeoff.client.foreground import python_module, run_in_foreground
from demo.build import NAME, build

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "demo" / "build"


def main() -> int:
    """Builds the demo and runs it; returns the exit status of `python -m bakeoff run`."""
    started = time.monotonic()
    print("Building the demo: sentences of AWS documentation, two pretrained models.", flush=True)
    request = build(BUILD).relative_to(ROOT)
    arguments = ["run", str(request), "--local", *sys.argv[1:]]
    print(f"Running: python -m bakeoff {' '.join(arguments)}", flush=True)
    status = run_in_foreground(python_module("bakeoff", *arguments), ROOT)
    print(f"The demo took {time.monotonic() - started:.0f} s.", flush=True)
    if (ROOT / "results" / NAME / "models").is_dir():
        print(
            f"\nUse the best model, such as on the demo's test rows:\n  {use_of_winner()}",
            flush=True,
        )
    return status


def use_of_winner() -> str:
    """The command that answers the test rows with the best model."""
    rows = (BUILD / "data" / "test.csv").relative_to(ROOT)
    return f"python -m bakeoff predict {NAME} {rows} --output answers.csv"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
