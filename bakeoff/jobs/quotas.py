"""The quotas of SageMaker that a run needs, and what to ask for where they are too low."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bakeoff.jobs.instances import instance_types_of
from bakeoff.request.resolved import ResolvedRequest

SERVICE_CODE = "sagemaker"
"""SageMaker's in Service Quotas."""


@dataclass(frozen=True)
class NeededQuotas:
    """The quotas for some of the run's jobs, and how many of these can run at once."""

    names: tuple[str, ...]
    """As Service Quotas has them, in the order in which the jobs try them."""
    at_once: int


def needed_quotas(
    resolved: ResolvedRequest, *, model_jobs: int, baseline_jobs: int, use_spot: bool
) -> list[NeededQuotas]:
    """Those of the preparation, the models and the baselines.

    Args:
        model_jobs: the most jobs of models that the race has ready at once.
        baseline_jobs: likewise of baselines.
        use_spot: the deployment's setting.
    """
    compute = resolved.compute
    preparation = f"{compute.processing_instance_type} for processing job usage"
    of_models = instance_types_of(resolved, uses_gpu=True)
    names_of_models = [f"{each} for training job usage" for each in of_models]
    # Without capacity the jobs go on on demand. Baselines use no spot capacity at all.
    if use_spot:
        names_of_models.insert(0, f"{of_models[0]} for spot training job usage")
    of_baselines = instance_types_of(resolved, uses_gpu=False)
    num_jobs: Counter[tuple[str, ...]] = Counter()
    num_jobs[tuple(names_of_models)] += model_jobs
    num_jobs[tuple(f"{each} for training job usage" for each in of_baselines)] += baseline_jobs
    return [
        NeededQuotas((preparation,), 1),
        *(
            NeededQuotas(names, min(jobs, compute.max_parallel_jobs))
            for names, jobs in num_jobs.items()
            if jobs
        ),
    ]


@dataclass(frozen=True)
class QuotaFinding:
    """A quota that is too low, in one sentence with the remedy."""

    sentence: str
    is_blocking: bool = False
    """Whether no such job can start."""


def quota_findings(
    needed: Sequence[NeededQuotas], quotas: Mapping[str, float]
) -> Iterator[QuotaFinding]:
    """What is too low for the run; `quotas` has the account's values by name."""
    for each in needed:
        yield from _findings(each, quotas)


def _findings(needed: NeededQuotas, quotas: Mapping[str, float]) -> Iterator[QuotaFinding]:
    first, *others = needed.names
    # One that AWS does not list may exist all the same.
    usable = [name for name in needed.names if quotas.get(name, 1) >= 1]
    if not usable:
        every = f'The quota "{first}" is 0'
        if others:
            listed = " and ".join(f'"{name}"' for name in needed.names)
            every = f"The quotas {listed} are 0"
        yield QuotaFinding(
            f"{every}, so no such job can start: ask for {needed.at_once} or more in Service "
            "Quotas, under Amazon SageMaker.",
            is_blocking=True,
        )
        return
    used = usable[0]
    if used != first:
        yield QuotaFinding(f'The quota "{first}" is 0, so its jobs go to "{used}".')
    if used not in quotas:
        yield QuotaFinding(f'AWS lists no quota "{used}" for this region.')
    elif quotas[used] < needed.at_once:
        yield QuotaFinding(
            f'The quota "{used}" is {quotas[used]:g}, so {needed.at_once} jobs that could run at '
            f"once take turns: ask for {needed.at_once} in Service Quotas, under Amazon SageMaker, "
            "or leave it."
        )
