"""A run as it is now: what the bucket, the execution and the training jobs say of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bakeoff import layout
from bakeoff.client.cloud import Cloud, Execution
from bakeoff.client.job_log import RateTrial, screened_in, trial_in
from bakeoff.client.metric_values import from_description, from_log
from bakeoff.jobs.plan_item import PlanItem, plan_from_json
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.turns import MAX_WAIT_SECONDS
from bakeoff.prepared.fetching import Fetching
from bakeoff.prepared.manifest import Manifest
from bakeoff.race.stage_outcome import StageOutcome
from bakeoff.request.resolved import ResolvedRequest

# Job names hold this much of the run's id.
_RUN_IN_JOB_NAME = 8
_RUNNING = ("InProgress", "Stopping")
_OUR_LINES = "bakeoff"
# A job that waits for a quota renews its note at each attempt.
_RENEWED_WITHIN = timedelta(seconds=MAX_WAIT_SECONDS + 60)


@dataclass(frozen=True)
class TrainingJob:
    """The newest attempt at an item of the plan."""

    status: str
    """SageMaker's secondary status while it runs (`Downloading`, ...), else its status."""
    started: datetime | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    """The last value of each metric, by its name in SageMaker; empty before the first epoch."""
    trial: RateTrial | None = None
    """The learning rate that it is trying; None if it is not."""
    screened: Mapping[str, bool] = field(default_factory=dict)
    """Of a screening job: the candidates that it is done with, and whether each was scored."""


@dataclass(frozen=True)
class Snapshot:
    """What is not there yet is None, or empty."""

    execution: Execution
    request: ResolvedRequest | None = None
    manifest: Manifest | None = None
    items: list[PlanItem] | None = None
    """The plans of all waves so far."""
    outcomes: list[StageOutcome] = field(default_factory=list)
    """Of the screening and the rungs that have ended."""
    jobs: Mapping[str, TrainingJob] = field(default_factory=dict)
    """By item."""
    results: Mapping[str, JobResult] = field(default_factory=dict)
    """By item."""
    fetching: Fetching | None = None
    """How much of the models is fetched; None before the first, and once all is prepared."""
    waiting: frozenset[str] = frozenset()
    """The items whose jobs wait for the account's quota; `layout.PREPARATION` for the preparation's
    job."""

    @property
    def screened(self) -> Mapping[str, bool]:
        """The candidates whose screening is over, and whether each was scored."""
        scores = [score for result in self.results.values() for score in result.screening]
        found = {score.candidate: not score.has_failed for score in scores}
        for job in self.jobs.values():
            found |= job.screened
        return found


class RunWatch:
    """Follows one run; reads each of its documents once, as none changes once it is complete."""

    def __init__(
        self,
        cloud: Cloud,
        run: str,
        execution: Execution,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._cloud = cloud
        self._now = now
        self.run = run
        self._execution = execution
        self._is_claimed = False
        self._request: ResolvedRequest | None = None
        self._manifest: Manifest | None = None
        self._items: list[PlanItem] | None = None
        self._num_waves = 0
        self._outcomes: list[StageOutcome] = []
        self._results: dict[str, JobResult] = {}
        self._seen: dict[str, TrainingJob] = {}

    def look(self) -> Snapshot:
        """The current state of the run. Raises ServiceError if the cloud cannot be reached."""
        # The execution comes first: when it has ended, all that follows is complete.
        self._execution = self._current_execution()
        self._read_documents()
        self._read_waves()
        self._read_results()
        return Snapshot(
            execution=self._execution,
            request=self._request,
            manifest=self._manifest,
            items=self._items,
            outcomes=list(self._outcomes),
            jobs=self._jobs(),
            results=dict(self._results),
            fetching=self._fetching(),
            waiting=self._waiting(),
        )

    def _current_execution(self) -> Execution:
        execution = self._cloud.execution(self._execution.arn)
        if self._is_claimed:
            return execution
        claim = self._cloud.read_json(layout.claim_key(self.run))
        self._is_claimed = claim is not None
        # An event delivered twice starts two executions, and one of them has the run.
        if claim is not None and claim["execution_arn"] != execution.arn:
            return self._cloud.execution(claim["execution_arn"])
        return execution

    def _read_documents(self) -> None:
        # A search adds to the request what it has found.
        if self._request is None or self._request.searches:
            content = self._cloud.read(layout.resolved_request_key(self.run))
            self._request = None if content is None else ResolvedRequest.from_json(content)
        if self._request is not None and self._manifest is None:
            content = self._cloud.read(layout.manifest_key(self.run))
            self._manifest = None if content is None else Manifest.from_json(content)

    def _fetching(self) -> Fetching | None:
        if self._request is None or self._manifest is not None:
            return None
        content = self._cloud.read(layout.fetching_key(self.run))
        return None if content is None else Fetching.from_json(content)

    def _read_waves(self) -> None:
        """Reads every wave that is planned so far."""
        while self._manifest is not None:
            content = self._cloud.read(layout.plan_key(self.run, self._num_waves + 1))
            if content is None:
                return
            self._items = [*(self._items or []), *plan_from_json(content)]
            self._read_outcome(self._num_waves)
            self._num_waves += 1

    def _read_outcome(self, wave: int) -> None:
        """Waves of the final have none."""
        content = self._cloud.read(layout.outcome_key(self.run, wave)) if wave else None
        if content is not None:
            self._outcomes.append(StageOutcome.from_json(content))

    def _read_results(self) -> None:
        if not self._items or len(self._results) == len(self._items):
            return
        there = self._cloud.list_objects(layout.results_of_run_prefix(self.run))
        for item in self._items:
            if item.item not in self._results and item.result_key in there:
                content = self._cloud.read(item.result_key)
                if content is not None:
                    self._results[item.item] = JobResult.from_json(content)

    def _waiting(self) -> frozenset[str]:
        """The items with a note that is still renewed."""
        if self._request is None or (self._items and len(self._results) == len(self._items)):
            return frozenset()
        notes = self._cloud.list_objects(layout.WAITING_PREFIX)
        oldest = self._now() - _RENEWED_WITHIN
        found = [layout.waiting_of(key) for key, note in notes.items() if note.modified > oldest]
        return frozenset(item for run, item in found if run == self.run)

    def _jobs(self) -> dict[str, TrainingJob]:
        waited_for = [item for item in self._items or [] if item.item not in self._results]
        if not waited_for:
            return {}
        statuses = self._cloud.training_jobs(self.run[:_RUN_IN_JOB_NAME])
        newest = _newest_attempts(statuses)
        return {
            item.item: self._job(newest[base], statuses[newest[base]])
            for item in waited_for
            if (base := item.base_job_name) in newest
        }

    def _job(self, name: str, status: str) -> TrainingJob:
        if status not in _RUNNING:
            # Its result is about to be written; until then its last metrics stand.
            return replace(self._seen.get(name, TrainingJob(status)), status=status)
        description = self._cloud.training_job(name)
        metrics = from_description(description)
        # SageMaker may list the metrics only once the job has ended.
        lines = [] if metrics else self._cloud.training_log(name, _OUR_LINES)
        self._seen[name] = TrainingJob(
            status=description.get("SecondaryStatus") or status,
            started=description.get("CreationTime"),
            metrics=metrics or from_log(lines),
            trial=trial_in(lines),
            screened=screened_in(lines),
        )
        return self._seen[name]


def _newest_attempts(job_names: Mapping[str, str]) -> dict[str, str]:
    """The name with the highest attempt, by base name."""
    newest: dict[str, tuple[int, str]] = {}
    for name in job_names:
        base, _, attempt = name.rpartition("-")
        if attempt.isdecimal():
            newest[base] = max(newest.get(base, (0, "")), (int(attempt), name))
    return {base: name for base, (_, name) in newest.items()}
