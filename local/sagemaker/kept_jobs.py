"""What training jobs have done outlives the cloud in which they ran.

A cloud that is killed takes its S3 and its executions along. The user then runs the same request
again in another cloud, whose jobs have the same inputs: the same code, data, model and settings. A
job is therefore known by a hash of its inputs, and finds under that key what an earlier cloud kept:
its outputs if it had finished, and the checkpoints that it has left. A finished job leaves some
where another one goes on from them.

Nothing is kept longer than needed. When a run has succeeded, its jobs are soon forgotten, so that
the same request trains anew when it is sent again.
"""

import hashlib
import json
import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.objects.content import StoredContent, link_or_copy

# The client needs this long to fetch the results of a run, during which the cloud may still die.
_NEEDED_AFTER_SUCCESS_SECONDS = 60.0
_KEPT_DAYS = 7.0
_MARKER = "finished.json"
_SUCCEEDED = "succeeded"
_LOG = "log.txt"
_CHECKPOINTS = "checkpoints"


def job_key(request: Mapping[str, Any], inputs: Path) -> str:
    """A hash of all that a job's result depends on; `inputs` is the folder of its channels.

    Each cloud's bucket has a name of its own, which the settings mention and which changes nothing.
    """
    bucket = urlsplit(request["OutputDataConfig"]["S3OutputPath"]).netloc
    digest = hashlib.sha256()
    settings = [
        request["AlgorithmSpecification"],
        request.get("HyperParameters", {}),
        request.get("Environment", {}),
    ]
    digest.update(_without(bucket, json.dumps(settings, sort_keys=True)).encode())
    for path in sorted(inputs.rglob("*")):
        if path.is_file():
            name = path.relative_to(inputs).as_posix()
            digest.update(f"\0{name}\0{_hash(path, bucket)}".encode())
    return digest.hexdigest()


def _without(bucket: str, text: str) -> str:
    return text.replace(f"s3://{bucket}/", "s3:///")


def _hash(path: Path, bucket: str) -> str:
    if path.name == "config.json" and path.parent.name == "config":
        # The run's id, which changes nothing in the job.
        content = json.loads(path.read_bytes())
        if isinstance(content, dict):
            content.pop("run", None)
            return _without(bucket, json.dumps(content, sort_keys=True))
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class KeptJob:
    """One job's folder.

    Args:
        is_from_before: whether an earlier cloud began it.
        forerunners: the folders of jobs from whose checkpoints this one goes on.
    """

    def __init__(
        self, folder: Path, *, is_from_before: bool, forerunners: Sequence[Path] = ()
    ) -> None:
        self._folder = folder
        self._is_from_before = is_from_before
        self._forerunners = forerunners
        self.checkpoints.mkdir(parents=True, exist_ok=True)

    @property
    def checkpoints(self) -> Path:
        """The folder of its last checkpoints."""
        return self._folder / _CHECKPOINTS

    def finished(self) -> dict[str, Any] | None:
        """What was recorded at its end in an earlier cloud, if it had finished there."""
        if not self._is_from_before:
            return None
        try:
            return dict(json.loads((self._folder / _MARKER).read_text()))
        except (OSError, ValueError):
            return None

    def archive(self, name: str) -> Path:
        """An output of the finished job."""
        return self._folder / name

    def log_lines(self) -> list[str]:
        try:
            return (self._folder / _LOG).read_text(errors="replace").splitlines()
        except OSError:
            return []

    def add_to_log(self, lines: list[str]) -> None:
        if lines:
            with (self._folder / _LOG).open("a") as file:
                file.writelines(f"{line}\n" for line in lines)

    def keep_archive(self, name: str, content: StoredContent) -> None:
        self.archive(name).unlink(missing_ok=True)
        link_or_copy(content.path, self.archive(name))

    def finish(self, recorded: Mapping[str, Any]) -> None:
        """Record that the job has finished; nothing needs its forerunners' checkpoints now."""
        unfinished = self._folder / f"{_MARKER}.new"
        unfinished.write_text(json.dumps(recorded))
        unfinished.replace(self._folder / _MARKER)
        for folder in self._forerunners:
            shutil.rmtree(folder / _CHECKPOINTS, ignore_errors=True)


class KeptJobs:
    """The jobs in a folder, which outlives each cloud; threads may share it.

    Args:
        folder: one folder for each job.
        now: the time, in seconds since the epoch.
    """

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._now = now
        self._lock = threading.Lock()
        self._keys_of: dict[str, set[str]] = {}
        self._keys_at: dict[tuple[str, str], list[str]] = {}
        for each in folder.glob("*"):
            if self._is_over(each):
                shutil.rmtree(each, ignore_errors=True)
        self._from_before = {each.name for each in folder.glob("*")}

    def job(self, execution: str, key: str, checkpoints: str = "") -> KeptJob:
        """The job of that key, which this execution now runs.

        Jobs of an execution with the same `checkpoints`, a place in S3, go on from each other's.
        """
        with self._lock:
            self._begin(key)
            self._keys_of.setdefault(execution, set()).add(key)
            keys = self._keys_at.setdefault((execution, checkpoints), []) if checkpoints else []
            forerunners = [self._folder / other for other in keys if other != key]
            keys.append(key)
        return KeptJob(
            self._folder / key,
            is_from_before=key in self._from_before,
            forerunners=forerunners,
        )

    def execution_succeeded(self, execution: str) -> None:
        """Let go of its jobs: there is a comparison."""
        with self._lock:
            keys = self._keys_of.pop(execution, set())
        for key in keys:
            (self._folder / key / _SUCCEEDED).touch()

    def _begin(self, key: str) -> None:
        """A job whose run had succeeded is trained anew, and needed until its new run succeeds."""
        folder = self._folder / key
        if (folder / _SUCCEEDED).exists():
            if key not in self._from_before or self._is_over(folder):
                shutil.rmtree(folder, ignore_errors=True)
                self._from_before.discard(key)
            (folder / _SUCCEEDED).unlink(missing_ok=True)

    def _is_over(self, folder: Path) -> bool:
        succeeded = folder / _SUCCEEDED
        if succeeded.exists():
            return self._now() - succeeded.stat().st_mtime > _NEEDED_AFTER_SUCCESS_SECONDS
        return self._now() - folder.stat().st_mtime > _KEPT_DAYS * 86_400
