"""Asks a trained model through the code in its own folder, in a process of its own.

That code knows how the model was trained, its modules have names of their own, and its libraries
need not be those of this program.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bakeoff.client.child_process import end_by_closing_input
from bakeoff.client.saved_model import PREDICT_SCRIPT, is_model_folder
from bakeoff.errors import ModelError

_MOST_CHARACTERS = 2000
_STOP_SECONDS = 10.0


def predict_command(folder: Path, *arguments: str) -> list[str]:
    """What runs the code of the model in `folder`. Raises ModelError if there is no model."""
    if not is_model_folder(folder):
        raise ModelError(
            f"{folder} holds no model: fetch one with `bakeoff model NAME`, or give the folder "
            "that this has written."
        )
    return [sys.executable, str(folder / PREDICT_SCRIPT), *arguments]


class PredictionProcess:
    """A model that stays loaded until it is closed. Not for several threads at once."""

    def __init__(self, folder: Path, *, allow_remote_code: bool = False) -> None:
        """Raises ModelError, with what the model's code says, if it cannot be loaded."""
        options = ["--allow-remote-code"] if allow_remote_code else []
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            predict_command(folder, "--converse", *options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # No pipe, which would have to be read for the process to go on.
            stderr=self._said,
            text=True,
            encoding="utf-8",
        )
        try:
            self.about = self._answer()
        except BaseException:
            self.close()
            raise

    def ask(self, rows: Sequence[Sequence[str]]) -> dict[str, Any]:
        """`given` and `probabilities` of the rows. Raises ModelError."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"rows": rows}) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise ModelError(self._last_words()) from error
        answer = self._answer()
        if "error" in answer:
            raise ModelError(f"The model cannot answer: {answer['error']}.")
        return answer

    def close(self) -> None:
        """Ends the process; it is no error to do so twice."""
        end_by_closing_input(self._process, _STOP_SECONDS)
        self._said.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ModelError(self._last_words())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _last_words(self) -> str:
        self._process.wait()
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip()[-_MOST_CHARACTERS:]
        return said.removeprefix("Error: ") or "The model's process has ended without a word."
