"""What Bakeoff's speed is measured with; docs/performance.md has the results."""

import sys
from pathlib import Path

# train/ is shipped alone, and its modules import each other without a package.
sys.path.insert(0, str(Path(__file__).parents[1] / "train"))
