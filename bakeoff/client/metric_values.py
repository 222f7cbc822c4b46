"""The metrics of a training job, by their names in SageMaker (`validation:f1`)."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bakeoff.jobs.metric_definitions import all_metric_definitions

_PATTERNS = {
    definition["Name"]: re.compile(definition["Regex"]) for definition in all_metric_definitions()
}


def from_description(description: Mapping[str, Any]) -> dict[str, float]:
    """The last values, as DescribeTrainingJob reports them."""
    return {
        metric["MetricName"]: float(metric["Value"])
        for metric in description.get("FinalMetricDataList") or []
    }


def from_log(lines: Iterable[str]) -> dict[str, float]:
    """The last values in the lines that the training script prints."""
    values: dict[str, float] = {}
    for line in lines:
        for name, pattern in _PATTERNS.items():
            if match := pattern.search(line):
                values[name] = float(match[1])
    return values
