"""Runs a plan item's job on this machine, in folders laid out as SageMaker lays them out."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bakeoff.documents import Document
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.plan_item import PlanItem
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.screening_scores import ScreeningScores

RunJob = Callable[[PlanItem, Document], JobResult]
"""Runs an item's job with this configuration."""


@dataclass(frozen=True)
class JobFolder:
    """Runs jobs with one thread each; the same folder keeps their checkpoints and outputs."""

    store: Path
    folder: Path
    code: Path
    """The training code."""

    def run(self, item: PlanItem, config: Document) -> JobResult:
        """The job's result; that of an earlier call if it is there."""
        result_file = self.folder / "results" / f"{item.item}.json"
        if result_file.exists():
            return JobResult.from_json(result_file.read_bytes())
        base = self.folder / "jobs" / item.item
        shutil.rmtree(base, ignore_errors=True)
        self._lay_out(base, item, config)
        program = self.code / item.training_job["HyperParameters"]["sagemaker_program"]
        done = subprocess.run(
            [sys.executable, str(program)],
            env={**os.environ, "OMP_NUM_THREADS": "1", "SAGEMAKER_BASE_DIR": str(base)},
            capture_output=True,
            text=True,
        )
        result = _result(item, base, done.stderr)
        # Of no use any more, and as large as the models.
        shutil.rmtree(base / "model", ignore_errors=True)
        result_file.parent.mkdir(parents=True, exist_ok=True)
        result_file.write_bytes(result.to_json())
        return result

    def inner(self, name: str) -> "JobFolder":
        """Another one inside of it, for jobs with the same names."""
        return replace(self, folder=self.folder / name)

    def predictions_file(self, item: str) -> Path:
        return self.folder / "jobs" / item / "output" / "data" / "predictions.npz"

    def _lay_out(self, base: Path, item: PlanItem, config: Document) -> None:
        channels = base / "input" / "data"
        (channels / "config").mkdir(parents=True)
        (channels / "config" / "config.json").write_bytes(config.to_json())
        for channel in item.training_job["InputDataConfig"]:
            name = channel["ChannelName"]
            if name not in ("code", "config"):
                uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
                (channels / name).symlink_to((self.store / _key(uri)).resolve())
        checkpoints = item.training_job.get("CheckpointConfig")
        if checkpoints is not None:
            kept = self.folder / _key(checkpoints["S3Uri"])
            kept.mkdir(parents=True, exist_ok=True)
            (base / "checkpoints").symlink_to(kept.resolve())


def _key(uri: str) -> str:
    """The key or prefix in an S3 URI."""
    return uri.removeprefix("s3://").partition("/")[2]


def _result(item: PlanItem, base: Path, errors: str) -> JobResult:
    output = base / "output" / "data"
    found: Mapping[str, Path] = {path.name: path for path in output.glob("*.json")}
    failure = base / "output" / "failure"
    reason = None
    if not found:
        reason = failure.read_text(encoding="utf-8") if failure.exists() else errors[-1000:]
    metrics, screening = found.get("metrics.json"), found.get("screening.json")
    return JobResult(
        item=item.item,
        candidate=item.candidate,
        seed=item.seed,
        job_name=item.base_job_name,
        status="failed" if reason is not None else "completed",
        reason=reason,
        attempts=1,
        metrics=JobMetrics.from_json(metrics.read_bytes()) if metrics else None,
        stage=item.stage,
        wave=item.wave,
        screening=ScreeningScores.from_json(screening.read_bytes()).scores if screening else [],
    )
