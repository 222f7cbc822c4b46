"""Which instance type each training job runs on, decided here alone."""

from collections import Counter

from bakeoff.methods import is_baseline
from bakeoff.request.resolved import ResolvedRequest


def instance_type_of(resolved: ResolvedRequest, method: str) -> str:
    """The instance type of a candidate's training jobs: baselines need no GPU."""
    compute = resolved.compute
    if is_baseline(method):
        return compute.baseline_instance_type
    return compute.training_instance_type


def num_training_jobs(resolved: ResolvedRequest) -> Counter[str]:
    """The largest number of training jobs that the run can start, by instance type."""
    jobs: Counter[str] = Counter()
    for candidate in resolved.candidates:
        jobs[instance_type_of(resolved, candidate.method)] += len(resolved.seeds_of(candidate))
    return jobs
