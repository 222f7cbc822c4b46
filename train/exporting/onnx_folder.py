"""The folder of an exported model: the graph, and all that its use takes."""

import json
import re
import shutil
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from documents.json_documents import json_value
from exporting.graphs import Graph, graph_of
from exporting.onnx_file import quantise, write_graph
from job.saved_model import MODEL_FILE, SCHEMA_VERSION
from job.shipped_code import CODE_FOLDER, REQUIREMENTS_FILE
from prediction.onnx_model import GRAPH_MEMBER
from prediction.saved_folder import FolderError, facts_of

WHOLE_FILE, QUANTISED_FILE = "model.onnx", "model_quantized.onnx"
"""As the hub's libraries name them."""
RUNTIME = "onnxruntime"
# What a folder of transformers holds beside its weights: configuration, tokeniser, own code.
_WEIGHTS = re.compile(r".*\.(?:safetensors|bin|pt|onnx)|.*\.index\.json")
_OTHERS = frozenset({MODEL_FILE, "README.md", "bakeoff.json", REQUIREMENTS_FILE})
_NOT_NEEDED = ("torch", "accelerate")


def export_model(
    folder: Path, output: Path, *, is_int8: bool, allow_remote_code: bool = False
) -> None:
    """Export the saved model in `folder` to the folder `output`, which is new or empty.

    Raises FolderError if it cannot be exported, or `output` holds something.
    """
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise FolderError(f"{output} is there already: give a new folder, or remove it.")
    facts = {"schema_version": SCHEMA_VERSION, **facts_of(folder)}
    file = QUANTISED_FILE if is_int8 else WHOLE_FILE
    graph = graph_of(folder, facts, file, allow_remote_code=allow_remote_code)
    output.mkdir(parents=True, exist_ok=True)
    write_graph(graph, output / WHOLE_FILE)
    if is_int8:
        quantise(output / WHOLE_FILE, output / QUANTISED_FILE)
        for path in output.glob(f"{WHOLE_FILE}*"):
            path.unlink()
    _add_files(folder, graph, facts, output)


def _add_files(folder: Path, graph: Graph, facts: Mapping[str, Any], output: Path) -> None:
    for path in sorted(graph.tokenizer_folder.iterdir()):
        is_needed = not _WEIGHTS.fullmatch(path.name) and path.name not in _OTHERS
        if path.is_file() and is_needed:
            shutil.copyfile(path, output / path.name)
    if (folder / CODE_FOLDER).is_dir():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(folder / CODE_FOLDER, output / CODE_FOLDER, ignore=ignored)
    content = {**facts, GRAPH_MEMBER: json_value(graph.use)}
    (output / MODEL_FILE).write_text(json.dumps(content, indent=1), encoding="utf-8")
    requirements = folder / REQUIREMENTS_FILE
    if requirements.is_file():
        kept = [
            line
            for line in requirements.read_text(encoding="utf-8").splitlines()
            if line.partition("==")[0] not in _NOT_NEEDED
        ]
        lines = [*kept, f"{RUNTIME}=={version(RUNTIME)}", ""]
        (output / REQUIREMENTS_FILE).write_text("\n".join(lines), encoding="utf-8")
