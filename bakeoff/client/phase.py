"""What a run as a whole is doing, computed from a snapshot."""

from collections.abc import Sequence

from bakeoff import layout
from bakeoff.client.snapshot import Snapshot
from bakeoff.jobs.plan_item import PlanItem
from bakeoff.race.cuts import rungs_of
from bakeoff.race.stage_bounds import is_racer
from bakeoff.request.resolved import ResolvedRequest


def phase(snapshot: Snapshot) -> str:
    """What the run as a whole is doing."""
    status = snapshot.execution.status
    if status != "RUNNING":
        return status.replace("_", " ").capitalize()
    if snapshot.request is None:
        return "Reading the request"
    if snapshot.items is None:
        if snapshot.manifest is None and layout.PREPARATION in snapshot.waiting:
            return "Waiting for the account's quota of processing jobs"
        return _preparation_phase(snapshot)
    return _stage_phase(snapshot.request, snapshot.items, snapshot)


def _preparation_phase(snapshot: Snapshot) -> str:
    doing, fetching = "Preparing the data and the models", snapshot.fetching
    if fetching is None or fetching.fetched_bytes >= fetching.num_bytes:
        return doing
    fetched_mb, all_mb = fetching.fetched_bytes / 1e6, fetching.num_bytes / 1e6
    return f"{doing}, {fetched_mb:,.0f} of {all_mb:,.0f} MB fetched"


def _stage_phase(request: ResolvedRequest, items: Sequence[PlanItem], snapshot: Snapshot) -> str:
    last = items[-1] if items else None
    if last is None or not _has_job_left(last.wave, snapshot):
        has_next = last is not None and last.stage not in ("final", "curve")
        return "Choosing who goes on" if has_next else "Comparing"
    if last.stage == "screening":
        return _screening_phase(request, snapshot)
    if last.stage == "rung":
        return _rung_phase(request, items)
    if last.stage == "curve":
        return "Training on parts of the rows, for the learning curve"
    return "Training" if request.finalists is None else "Training the finalists"


def _screening_phase(request: ResolvedRequest, snapshot: Snapshot) -> str:
    racers = [each for each in request.candidates if is_racer(each.method)]
    manifest = snapshot.manifest
    prepared = [manifest.model(each.candidate) for each in racers] if manifest else []
    num_models = sum(model is not None and model.status == "ready" for model in prepared)
    return f"Screening, {len(snapshot.screened)} of {num_models} models"


def _rung_phase(request: ResolvedRequest, items: Sequence[PlanItem]) -> str:
    waves = [item.wave for item in items if item.stage == "rung"]
    num_rungs = len(rungs_of(waves.count(waves[0]), request.finalists or 1))
    return f"Training, rung {len(set(waves))} of {num_rungs}"


def _has_job_left(wave: int, snapshot: Snapshot) -> bool:
    items = snapshot.items or []
    return any(item.wave == wave and item.item not in snapshot.results for item in items)
