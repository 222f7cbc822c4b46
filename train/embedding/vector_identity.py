"""All that vectors follow from beside the texts, as one text."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from documents.json_documents import json_value
from embedding.text_encoder import TextEncoder
from job import hardware
from job.code_digest import code_digest
from job.library_versions import library_versions

_CODE = Path(__file__).parents[1]
_LIBRARIES = ("numpy", "safetensors", "tokenizers", "torch", "transformers")


def vector_identity(snapshot: Path, encoder: TextEncoder, *, reads_all_layers: bool) -> str:
    """Of an encoder that was loaded from the snapshot: another text for other vectors."""
    content = {
        "model": _folder_digest(snapshot),
        "usage": json_value(replace(encoder.usage, notes=[])),
        "reads_all_layers": reads_all_layers,
        "code": code_digest(_CODE),
        "libraries": library_versions(_LIBRARIES),
        "device": hardware.device().type,
        "precision": encoder.precision.name,
    }
    return json.dumps(content, sort_keys=True)


def _folder_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()} {found}\n".encode())
    return digest.hexdigest()
