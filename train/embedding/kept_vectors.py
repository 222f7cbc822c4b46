"""Vectors in a folder that jobs may share, so that the same texts are embedded once.

A file is named after all that its vectors follow from, so it is never that of other ones. It is an
archive with a checksum of each array: one that is cut short, or of two writers, is none.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from embedding.text_encoder import TextVectors

Rows = Sequence[Sequence[str]]

# Beside the layers' arrays, whose names begin otherwise.
_LENGTHS, _CPU_SECONDS = "lengths", "cpu_seconds"
_LAYER = "layer."


@dataclass
class KeptVectors:
    """Vectors by their rows: read where they are kept, else computed and kept."""

    folder: Path
    identity: str
    """All else that the vectors follow from."""
    encode: Callable[[Rows], TextVectors]
    cpu_now: Callable[[], float] = time.process_time
    reused_cpu_seconds: float = 0.0
    """Processor time that computing the vectors took which were kept by another job."""
    _own: set[str] = field(default_factory=set)

    def of(self, rows: Rows) -> TextVectors:
        """The vectors of rows of one text each, or of two that are one input."""
        name = f"{_digest(self.identity, rows)}.npz"
        kept = _read(self.folder / name)
        if kept is not None:
            vectors, cpu_seconds = kept
            if name not in self._own:
                self._own.add(name)
                self.reused_cpu_seconds += cpu_seconds
            return vectors
        started = self.cpu_now()
        vectors = self._of_distinct(rows)
        self._own.add(name)
        _write(self.folder / name, vectors, self.cpu_now() - started)
        return vectors

    @property
    def has_reused(self) -> bool:
        """Whether vectors were read that another job has computed."""
        return self.reused_cpu_seconds > 0

    def _of_distinct(self, rows: Rows) -> TextVectors:
        places: dict[tuple[str, ...], int] = {}
        numbers = [places.setdefault(tuple(row), len(places)) for row in rows]
        vectors = self.encode([*places])
        return TextVectors(
            {name: array[numbers] for name, array in vectors.by_layer.items()},
            vectors.lengths[numbers],
        )


def _digest(identity: str, rows: Rows) -> str:
    digest = hashlib.sha256(identity.encode())
    for row in rows:
        # Without surrogates' failing, and with an end that no text contains.
        digest.update(json.dumps(row).encode() + b"\n")
    return digest.hexdigest()


def _read(path: Path) -> tuple[TextVectors, float] | None:
    """The vectors, and the processor time that they took; None if they are not there whole."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            by_layer = {
                name.removeprefix(_LAYER): arrays[name]
                for name in arrays.files
                if name.startswith(_LAYER)
            }
            return TextVectors(by_layer, arrays[_LENGTHS]), float(arrays[_CPU_SECONDS])
    except Exception:
        # Whatever is wrong with it, it can be computed again.
        return None


def _write(path: Path, vectors: TextVectors, cpu_seconds: float) -> None:
    """In place, since what is deleted here would have to be deleted where it is copied to."""
    arrays: dict[str, Any] = {_LENGTHS: vectors.lengths, _CPU_SECONDS: np.float64(cpu_seconds)}
    arrays |= {f"{_LAYER}{name}": array for name, array in vectors.by_layer.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)
