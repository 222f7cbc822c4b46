"""What SageMaker calls the machine that a job runs on."""

import json
from pathlib import Path


def instance_type_of(resources: Path) -> str:
    """Such as "ml.g5.xlarge"; "local" in the local cloud, and empty if it is not known.

    `resources` is SageMaker's description of the instance.
    """
    try:
        described = json.loads(resources.read_text(encoding="utf-8"))
        return str(described.get("current_instance_type", ""))
    except (AttributeError, OSError, ValueError):
        return ""
