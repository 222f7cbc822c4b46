"""Writes the generated parts of the documentation: `python -m docs.generate`.

A test compares the files with what this module would write.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bakeoff.metrics import (
    METRICS,
    METRICS_OF,
    PROBABILITY_METRICS,
    TASKS,
    default_main_metric,
)
from bakeoff.request.schema import request_json_schema
from bakeoff.summary.columns import Column
from bakeoff.summary.comparison_columns import COMPARISON_COLUMNS
from bakeoff.summary.document import summary_json_schema
from bakeoff.summary.jobs_columns import JOBS_COLUMNS
from bakeoff.summary.learning_curve_columns import LEARNING_CURVE_COLUMNS
from bakeoff.summary.metrics_columns import METRICS_COLUMNS
from bakeoff.summary.slices_columns import SLICES_COLUMNS
from bakeoff.summary.suspect_labels_columns import SUSPECT_LABELS_COLUMNS

DOCS = Path(__file__).parent
SECTIONS = {
    "Dataset": "dataset",
    "Model": "models",
    "ModelPool": "models-that-a-search-finds",
    "ModelSearch": "models-that-a-search-finds",
    "Hyperparameters": "hyperparameters",
    "Target": "target",
    "Prompt": "asking-a-language-model",
    "Tune": "tune",
    "Compute": "compute",
}
"""By the object of the request: the section of request.md that lists its fields."""
_ALSO_TEXT = {"Dataset", "Model"}


def documents() -> dict[str, str]:
    """The content of each generated file, by its name."""
    schema = request_json_schema()
    return {
        "request.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n",
        "summary.schema.json": json.dumps(summary_json_schema(), indent=2, ensure_ascii=False)
        + "\n",
        "request.md": _filled(
            "request.md",
            {
                "request": fields_table(schema),
                **{name.lower(): fields_table(schema["$defs"][name]) for name in SECTIONS},
                "metrics": metrics_table(),
            },
        ),
        "results.md": _filled(
            "results.md",
            {
                "comparison": columns_table(COMPARISON_COLUMNS),
                "metrics": columns_table(METRICS_COLUMNS),
                "jobs": columns_table(JOBS_COLUMNS),
                "slices": columns_table(SLICES_COLUMNS),
                "suspect_labels": columns_table(SUSPECT_LABELS_COLUMNS),
                "learning_curve": columns_table(LEARNING_CURVE_COLUMNS),
                "probabilities": probabilities_table(),
            },
        ),
    }


def columns_table(columns: Sequence[Column[Any]]) -> str:
    rows = [(f"`{column.name}`", column.type, column.unit, column.meaning) for column in columns]
    return _table(("Column", "Type", "Unit", "Meaning"), rows)


def metrics_table() -> str:
    """Every metric with its direction and its tasks; bold where it is the task's main metric."""
    rows = [
        (
            f"`{metric.name}`",
            "higher" if metric.higher_is_better else "lower",
            metric.unit,
            ", ".join(
                f"**{task}**" if metric.name == default_main_metric(task) else task
                for task in TASKS
                if metric.name in METRICS_OF[task]
            ),
            metric.meaning,
        )
        for metric in METRICS
    ]
    return _table(("Metric", "Better", "Unit", "Tasks", "Meaning"), rows)


def probabilities_table() -> str:
    """The metrics that only the comparison computes."""
    rows = [
        (
            f"`{metric.name}`",
            "higher" if metric.higher_is_better else "lower",
            metric.unit,
            metric.meaning,
        )
        for metric in PROBABILITY_METRICS
    ]
    return _table(("Metric", "Better", "Unit", "Meaning"), rows)


def fields_table(schema: Mapping[str, Any]) -> str:
    """The fields of an object in the request's JSON Schema."""
    if "anyOf" in schema:
        schema = next(choice for choice in schema["anyOf"] if choice["type"] == "object")
    rows = [
        (f"`{name}`", _takes(field), _default(name, field, schema), field["description"])
        for name, field in schema["properties"].items()
        if "description" in field
    ]
    return _table(("Field", "Takes", "Default", "Meaning"), rows)


def _takes(field: Mapping[str, Any]) -> str:
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{choice}`" for choice in field["enum"])
    if "anyOf" in field:
        choices = [choice for choice in field["anyOf"] if choice.get("type") != "null"]
        return _either(choices)
    if "oneOf" in field:
        one, other = field["oneOf"]
        if other.get("items") == one:
            return f"{_takes(one)}, or {other['minItems']} to {other['maxItems']:,} of them"
        return _either([one, other])
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"{'text or ' if name in _ALSO_TEXT else ''}[object](#{SECTIONS[name]})"
    kind = field.get("type")
    if kind == "array":
        lowest = f"{field['minItems']} to" if "minItems" in field else "up to"
        return f"list of {lowest} {field['maxItems']:,}: {_takes(field['items'])}"
    if kind == "object":
        members = f"{field['minProperties']} to {field['maxProperties']:,} members"
        return f"object of {members}: {_takes(field['additionalProperties'])}"
    if isinstance(kind, list):
        return " or ".join(_KINDS[one] for one in kind)
    return _KINDS[str(kind)] + _range(field)


def _either(choices: Sequence[Mapping[str, Any]]) -> str:
    shown = [_takes(choice) for choice in choices]
    # After a list it has to be clear that its items have ended.
    return ("; or " if any(":" in one for one in shown) else ", or ").join(shown)


_KINDS = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "`true`, `false`",
}


def _range(field: Mapping[str, Any]) -> str:
    if "exclusiveMinimum" in field and "maximum" not in field:
        return f" above {field['exclusiveMinimum']:g}"
    if "exclusiveMinimum" in field:
        return f" above {field['exclusiveMinimum']:g}, up to {field['maximum']:g}"
    if "minimum" in field:
        if "exclusiveMaximum" in field:
            return f", {field['minimum']:g} to below {field['exclusiveMaximum']:g}"
        return f", {field['minimum']:,} to {field['maximum']:,}"
    if "maxLength" in field:
        return f" of up to {field['maxLength']} characters"
    return ""


def _default(name: str, field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if name in schema.get("required", ()):
        return "required"
    if "$ref" in field and "default" not in field:
        return "`{}`"
    default = field.get("default")
    return "" if default is None else f"`{json.dumps(default)}`"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _filled(name: str, parts: Mapping[str, str]) -> str:
    """The file with the text between its markers replaced by `parts`."""
    text = (DOCS / name).read_text(encoding="utf-8")
    for part, content in parts.items():
        begin, end = f"<!-- begin {part} -->", f"<!-- end {part} -->"
        pattern = re.compile(f"{begin}.*?{end}", re.DOTALL)
        found = pattern.search(text)
        if found is None:
            raise ValueError(f"docs/{name} lacks the markers {begin} and {end}")
        text = f"{text[: found.start()]}{begin}\n{content}\n{end}{text[found.end() :]}"
    return text


if __name__ == "__main__":
    for name, content in documents().items():
        (DOCS / name).write_text(content, encoding="utf-8")
