"""A model's files that are JSON, and the error of a model that cannot take part."""

import json
from pathlib import Path
from typing import Any

from storage.error_text import one_line


class ModelError(Exception):
    """The model cannot take part; the message says why, in one sentence."""


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object. Raises ModelError if the file does not hold one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ModelError(f"Its {path.name} cannot be read: it is nested too deeply.") from error
    except ValueError as error:
        raise ModelError(f"Its {path.name} cannot be read: {one_line(error)}") from error
    if not isinstance(content, dict):
        raise ModelError(f"Its {path.name} holds no JSON object.")
    return content
