"""`python -m demo`: builds the demo and runs it through the local cloud, as a user would."""

import os
import sys
import time
from pathlib import Path

from bakeoff.client.foreground import python_module, run_in_foreground

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "demo" / "build"


def main() -> int:
    """The exit status of `python -m bakeoff run REQUEST --local`."""
    started = time.monotonic()
    print("Building the demo: sentences of AWS documentation, and three models.", flush=True)
    # The models come from installed packages; asking a hub for them could only fail or mislead.
    os.environ["HF_HUB_OFFLINE"] = "1"
    # Slow to import, so only after the first line is out.
    from transformers.utils.logging import disable_progress_bar

    from demo.build import build

    disable_progress_bar()
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
