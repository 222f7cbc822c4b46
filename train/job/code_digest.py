"""A hash of the training code, since another version may compute something else."""

import hashlib
from pathlib import Path


def code_digest(folder: Path) -> str:
    """Of the modules below a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(f"{path.relative_to(folder).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()
