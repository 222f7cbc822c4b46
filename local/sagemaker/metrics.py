"""Applies metric definitions to a job's log, line by line, as SageMaker does."""

import re
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class _Series:
    values: list[float] = field(default_factory=list)
    last_at: datetime | None = None


class MetricCollector:
    """Collects the values that each definition's regex finds in the log."""

    def __init__(self, definitions: Iterable[Mapping[str, str]]) -> None:
        self._patterns = [(each["Name"], re.compile(each["Regex"])) for each in definitions]
        self._series: dict[str, _Series] = {}

    def read(self, line: str, at: datetime) -> None:
        """Find every metric in one line of the log; values that are not numbers are ignored."""
        for name, pattern in self._patterns:
            match = pattern.search(line)
            if match is None or not match.groups():
                continue
            try:
                value = float(match.group(1))
            except (TypeError, ValueError):
                continue
            series = self._series.setdefault(name, _Series())
            series.values.append(value)
            series.last_at = at

    def final_values(self) -> list[dict[str, Any]]:
        """FinalMetricDataList: the last value of every metric."""
        return [
            {"MetricName": name, "Value": series.values[-1], "Timestamp": series.last_at}
            for name, series in self._series.items()
        ]

    def summaries(self, source_arn: str) -> list[dict[str, Any]]:
        """A trial component's Metrics: Min, Max, Avg, StdDev, Last and Count of every metric."""
        return [
            {
                "MetricName": name,
                "SourceArn": source_arn,
                "TimeStamp": series.last_at,
                "Max": max(series.values),
                "Min": min(series.values),
                "Avg": statistics.fmean(series.values),
                "StdDev": statistics.pstdev(series.values),
                "Last": series.values[-1],
                "Count": len(series.values),
            }
            for name, series in self._series.items()
        ]
