"""Scores in the checkpoint folder, from which an interrupted job goes on."""

import os
from dataclasses import dataclass
from pathlib import Path

from documents.json_documents import DocumentError, read_document, write_document
from screening.screening_scores import ScreeningScore, ScreeningScores

_FILE = "screening.json"


@dataclass(frozen=True)
class KeptScores:
    """The scores that this job and its earlier attempts have found."""

    folder: Path

    def read(self) -> list[ScreeningScore]:
        """Empty where there are none, or none that this code can read."""
        try:
            return read_document(ScreeningScores, self.folder / _FILE).scores
        except (OSError, DocumentError):
            return []

    def write(self, scores: list[ScreeningScore]) -> None:
        """At once or not at all, for the job may end at any time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        new_file = self.folder / f"{_FILE}.new"
        write_document(new_file, ScreeningScores(scores=scores))
        os.replace(new_file, self.folder / _FILE)

    def remove(self) -> None:
        (self.folder / _FILE).unlink(missing_ok=True)
