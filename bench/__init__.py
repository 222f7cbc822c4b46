"""Benchmarks of speed, memory and statistics; docs/ has the results."""

import sys
from pathlib import Path

# train/ is shipped alone, so its modules import each other as top-level modules.
sys.path.insert(0, str(Path(__file__).parents[1] / "train"))
