"""README.md of an exported model: the card of its original, with what the export changes."""

import json
from collections.abc import Mapping

from bakeoff.card.markdown import plain, table
from bakeoff.card.sections import use_of_the_folder
from bakeoff.export.document import Export
from bakeoff.export.tables import HEADERS, cells
from bakeoff.export.words import WHAT_IT_IS, sentences

_LIBRARY, _TAGS = "library_name", "tags"
# They would claim the original's scores for this model.
_OF_THE_ORIGINAL = ("metrics", "model-index")
_NEW_HEADINGS: Mapping[str, str] = {"Scores": "Scores of the original"}


def exported_card(original: str, export: Export, *, is_pair: bool) -> str:
    """`original` is the card of the original; without one, that of the export alone."""
    head, mark, body = original.removeprefix("---\n").partition("\n---\n")
    if not mark:
        head, body = "", "# A model for texts\n"
    title, *sections = body.strip("\n").split("\n## ")
    own = ["\n".join(_about(export)), "\n".join(_use(is_pair=is_pair))]
    kept = [_renamed(each) for each in sections if not each.startswith("Use\n")]
    parts = [title.strip("\n"), *own, *(f"## {each.strip()}" for each in kept)]
    return "\n".join([_metadata(head), "", "\n\n".join(parts), ""])


def _metadata(head: str) -> str:
    """Each member is a line of its own, and its value JSON."""
    members = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    for name in _OF_THE_ORIGINAL:
        members.pop(name, None)
    members[_LIBRARY] = json.dumps("onnx")
    tags = json.loads(members.get(_TAGS, "[]"))
    members[_TAGS] = json.dumps([*tags, "onnx"])
    return "\n".join(["---", *(f"{name}: {value}" for name, value in members.items()), "---"])


def _about(export: Export) -> list[str]:
    lines = [
        "## Exported to ONNX",
        "",
        f"This folder holds the model that is described below as an ONNX graph: "
        f"{WHAT_IT_IS[export.precision]}. It needs neither torch nor a GPU.",
        "",
    ]
    found = export.measured
    if found is not None:
        shown = [[plain(cell) for cell in row] for row in cells(found)]
        lines += [f"Measured on {plain(found.rows)}:", "", *table(HEADERS, shown), ""]
    lines += [f"- {plain(sentence)}" for sentence in sentences(export)]
    if found is not None:
        speed = found.speed
        lines.append(
            f"- Times include tokenisation, on {plain(speed.device)} with {plain(speed.runtime)}: "
            f"batches of {speed.batch_rows:,}, {speed.latency_rows:,} rows one by one, both models "
            "in turns."
        )
    return lines


def _use(*, is_pair: bool) -> list[str]:
    return [
        *use_of_the_folder(is_pair=is_pair),
        "",
        "The graph takes the tokens of texts, as `model.json` says in `onnx`, and gives `logits`.",
    ]


def _renamed(section: str) -> str:
    heading, mark, rest = section.partition("\n")
    return f"{_NEW_HEADINGS.get(heading, heading)}{mark}{rest}"
