"""One run of a number of candidates, and all that is measured of it."""

import io
import re
import tarfile
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from bakeoff import layout, result_files
from bench.orchestration import history
from bench.orchestration.cloud import Cloud, own_cloud
from bench.orchestration.history import Events, Stage
from bench.orchestration.made_up_hub import made_up_hub, model_name
from bench.orchestration.processes import Watched, watched

NAME = "orchestration"
Kind = Literal["race", "list"]
"""A search with screening, rungs and three finalists, or a list whose models are all trained to the
end."""

FUNCTIONS = ("read_request", "search_models", "plan_wave", "take_turn", "record_result", "compare")

_STUBS = Path(__file__).parent / "stub_jobs"
_REPORT = re.compile(r"REPORT .*?Duration: ([0-9.]+) ms")
_CALL = re.compile(r"\[rights\] allowed \S+:assumed-role/(\S+?)/\S+ s3:(\w+) ")
_ROLE = re.compile(r"Functions(\w+?)Role|(JobsRole)")
_READS, _WRITES = ("GetObject", "HeadObject", "ListBucket"), ("PutObject",)


def measure(kind: Kind, num_candidates: int, max_jobs: int, work: Path | None) -> dict[str, Any]:
    """The figures of one run in a cloud of its own.

    Args:
        work: where the cloud keeps its files meanwhile; None for the system's temporary folder.

    Raises RuntimeError if the run fails.
    """
    with (
        tempfile.TemporaryDirectory(dir=work, ignore_cleanup_errors=True) as folder,
        made_up_hub(num_candidates) as hub,
        own_cloud(Path(folder), hub, max_jobs) as cloud,
    ):
        cloud.replace_code(_archive())
        log_bytes = cloud.log_file.stat().st_size
        with watched(cloud.emulator) as seen:
            execution = cloud.run(NAME, _request(kind, num_candidates))
        if execution["status"] != "SUCCEEDED":
            raise RuntimeError(f"The run ended as {execution['status']}: {execution.get('cause')}")
        figures = _figures(cloud, execution, seen, num_candidates, max_jobs)
        log = cloud.log_file.read_bytes()[log_bytes:].decode(errors="replace")
    return {"kind": kind, "candidates": num_candidates, **figures, "s3_calls": s3_calls(log)}


def _archive() -> bytes:
    """The stubs in the place of train/, as the deployment packs it."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for path in sorted(_STUBS.glob("*.py")):
            archive.add(path, path.name)
    return content.getvalue()


def _request(kind: Kind, num_candidates: int) -> dict[str, Any]:
    models: Any = [model_name(number) for number in range(num_candidates)]
    if kind == "race":
        models = {"search": {"language": "en", "limit": num_candidates}, "finalists": 3}
    return {"dataset": "owner/data", "task": "binary", "models": models, "baselines": False}


def _figures(
    cloud: Cloud, execution: dict[str, Any], seen: Watched, num_candidates: int, max_jobs: int
) -> dict[str, Any]:
    parent = cloud.history(execution["executionArn"])
    children = list(cloud.children(execution["executionArn"]))
    run = history.largest_payload([parent])
    child = history.largest_payload(children)
    by_stage = _by_stage(parent, cloud.jobs(), seen, max_jobs)
    beside = sum(each["seconds_beside_jobs"] for each in by_stage)
    return {
        "jobs": len(children),
        "seconds": (execution["stopDate"] - execution["startDate"]).total_seconds(),
        "seconds_beside_jobs": beside,
        "seconds_beside_jobs_per_candidate": beside / num_candidates,
        "cpu_seconds_per_candidate": _per_candidate(by_stage, num_candidates),
        "stages": by_stage,
        "parent": {
            "events": history.num_events(parent),
            "transitions": history.num_transitions(parent),
            "largest_payload": asdict(run),
        },
        "children": {
            "most_events": max(map(history.num_events, children)),
            "transitions": sum(map(history.num_transitions, children)),
            "largest_payload": asdict(child),
        },
        "functions": {name: _function(cloud, name, seen) for name in FUNCTIONS},
        "object_bytes": _object_bytes(cloud),
    }


def _per_candidate(by_stage: Sequence[dict[str, Any]], num_candidates: int) -> dict[str, float]:
    totals: Counter[str] = Counter()
    for each in by_stage:
        totals.update(each["cpu_seconds"])
    return {name: seconds / num_candidates for name, seconds in totals.items()}


def _by_stage(
    parent: Events, jobs: Sequence[dict[str, Any]], seen: Watched, max_jobs: int
) -> list[dict[str, Any]]:
    """Stays in one stage are added up; that of a job is the stage in which it was created."""
    found: dict[str, dict[str, Any]] = {}
    for stage in history.stages(parent):
        job_seconds = [_seconds(job) for job in jobs if _is_of(stage, job)]
        used = sum(job_seconds) / max_jobs
        row = found.setdefault(stage.name, _no_figures(stage.name))
        row["seconds"] += stage.seconds
        row["jobs"] += len(job_seconds)
        row["seconds_beside_jobs"] += stage.seconds - used
        row["cpu_seconds"].update(seen.cpu_seconds(stage.began, stage.ended))
    return list(found.values())


def _no_figures(name: str) -> dict[str, Any]:
    return {
        "stage": name,
        "jobs": 0,
        "seconds": 0.0,
        "seconds_beside_jobs": 0.0,
        "cpu_seconds": Counter(),
    }


def _is_of(stage: Stage, job: dict[str, Any]) -> bool:
    return stage.began <= job["CreationTime"] < stage.ended


def _seconds(job: dict[str, Any]) -> float:
    return (job["TrainingEndTime"] - job["CreationTime"]).total_seconds()


def _function(cloud: Cloud, name: str, seen: Watched) -> dict[str, Any]:
    """Its calls, how long they took, and the most memory that it used."""
    function = cloud.functions()[f"{name}"]
    lines = cloud.log_lines(function["LoggingConfig"]["LogGroup"])
    seconds = [float(match[1]) / 1000 for line in lines if (match := _REPORT.match(line))]
    return {
        "calls": len(seconds),
        "longest_seconds": max(seconds, default=0.0),
        "total_seconds": sum(seconds),
        "peak_bytes": seen.peak_bytes.get(function["FunctionName"], 0),
        "memory_bytes": function["MemorySize"] * 2**20,
        "timeout_seconds": function["Timeout"],
    }


def _object_bytes(cloud: Cloud) -> dict[str, int]:
    """The sizes of the documents that grow with the candidates; of plans, the largest."""
    bucket = cloud.output("BucketName")
    pages = cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    sizes = {each["Key"]: each["Size"] for page in pages for each in page.get("Contents", [])}
    wanted = ("request.json", "manifest.json", "plan.json", "outcome.json")
    of_run = {
        name: max((size for key, size in sizes.items() if key.endswith(f"/{name}")), default=0)
        for name in wanted
    }
    results = (result_files.SUMMARY, result_files.REPORT)
    return of_run | {name: sizes[layout.latest_key(NAME, name)] for name in results}


def s3_calls(log: str) -> dict[str, dict[str, int]]:
    """Objects read (listings included) and written by each function and by all jobs together."""
    found: dict[str, dict[str, int]] = {}
    for role, action in _CALL.findall(log):
        if match := _ROLE.search(role):
            counts = found.setdefault(match[1] or "jobs", {"reads": 0, "writes": 0})
            counts["reads"] += action in _READS
            counts["writes"] += action in _WRITES
    return found
