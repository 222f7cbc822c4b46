"""Replies on the disk, so that a job that was cut asks nothing twice.

One line of JSON for each, appended and written through at once. A line that was cut is not read.
"""

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from hosted.questions import Question
from hosted.reply import Reply

FILE = "replies.jsonl"


class KeptReplies:
    """Safe to use from several threads."""

    def __init__(self, folder: Path, asked: Sequence[str] = ()) -> None:
        """`asked` is what else than the question shapes a reply: the model, the form."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / FILE
        self._asked = list(asked)
        self._lock = threading.Lock()
        self._replies = _read(self._path)
        self.num_found = len(self._replies)
        """Those of an earlier attempt at the job."""
        self.input_tokens = sum(each.input_tokens for each in self._replies.values())
        """Of all replies: those of earlier attempts have been paid for, too."""
        self.output_tokens = sum(each.output_tokens for each in self._replies.values())

    def __len__(self) -> int:
        return len(self._replies)

    def find(self, question: Question) -> Reply | None:
        return self._replies.get(self._key(question))

    def keep(self, question: Question, reply: Reply) -> None:
        key = self._key(question)
        line = json.dumps({"question": key, "reply": asdict(reply)})
        with self._lock:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
                file.flush()
                os.fsync(file.fileno())
            self._replies[key] = reply
            self.input_tokens += reply.input_tokens
            self.output_tokens += reply.output_tokens

    def _key(self, question: Question) -> str:
        content = [self._asked, [(turn.role, turn.text) for turn in question]]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _read(path: Path) -> dict[str, Reply]:
    if not path.exists():
        return {}
    text = path.read_text(encoding="utf-8", errors="replace")
    if not text.endswith("\n"):
        # The next line must not go on where this one was cut.
        with path.open("a", encoding="utf-8") as file:
            file.write("\n")
    found: dict[str, Reply] = {}
    for line in text.splitlines():
        try:
            entry = json.loads(line)
            found[entry["question"]] = Reply(**entry["reply"])
        except (ValueError, TypeError, KeyError):
            continue
    return found
