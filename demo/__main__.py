"""`python -m demo` builds the demo and runs it in the local cloud, as a user would."""

import sys
import time
from pathlib import Path

from bakeoff.client.foreground import python_module, run_in_foreground
from demo.build import build

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
    return status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
