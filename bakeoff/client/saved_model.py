"""The folder of a trained model: what marks it as one."""

import json
from pathlib import Path
from typing import Any

ABOUT_FILE = "bakeoff.json"
"""Where the model comes from."""
CARD_FILE = "README.md"
PREDICT_SCRIPT = Path("code") / "predict.py"
"""What answers; its training job has put it there."""
EXPORT_SCRIPT = Path("code") / "export.py"
"""What exports; models of earlier versions lack it."""


def is_model_folder(folder: Path) -> bool:
    return (folder / PREDICT_SCRIPT).is_file()


def read_about(folder: Path) -> dict[str, Any]:
    """bakeoff.json of the folder; empty if there is none that can be read."""
    try:
        content = json.loads((folder / ABOUT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
