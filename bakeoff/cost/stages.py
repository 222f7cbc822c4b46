"""The stages of a request's race, with the most jobs that each may have."""

from collections import Counter
from collections.abc import Sequence

from bakeoff.hosted_models import is_hosted
from bakeoff.jobs.learning_rates import num_rates
from bakeoff.methods import BASELINES
from bakeoff.race.stage_bounds import StageBound, stage_bounds
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.request.schema import Request
from bakeoff.wording import counted, listed


def stages_of(resolved: ResolvedRequest) -> list[StageBound]:
    """The stages in their order, with a job for each model that the search may yet find."""
    candidates = resolved.possible_candidates
    return stage_bounds(
        Counter(candidate.method for candidate in candidates),
        finalists=resolved.finalists,
        num_included=len(resolved.included),
        num_seeds=len(resolved.seeds),
        num_rates=max(
            (num_rates(each.method, each.hyperparameters, resolved.tune) for each in candidates),
            default=1,
        ),
        num_hosted=sum(each.is_hosted for each in candidates),
        has_learning_curve=resolved.learning_curve,
    )


def stages_of_request(request: Request) -> list[StageBound]:
    """As `stages_of`, before the deployment's settings are known."""
    methods = Counter[str](model.method for model in request.named_models)
    pool = request.pool
    if pool is not None and pool.search is not None:
        methods[pool.search.method] += pool.search.limit
    if request.has_baselines:
        methods.update(BASELINES.values())
    return stage_bounds(
        methods,
        finalists=pool.finalists if pool else None,
        num_included=len(request.named_models) if pool and pool.search else 0,
        num_seeds=len(request.seeds),
        num_hosted=sum(is_hosted(model.id) for model in request.named_models),
        has_learning_curve=request.learning_curve,
    )


def stage_names(stages: Sequence[StageBound]) -> list[str]:
    """`screening`, `rung 1`, `rung 2`, `final`, `learning curve`; a rung without others has no
    number."""
    num_rungs = sum(each.stage == "rung" for each in stages)
    names: list[str] = []
    for each in stages:
        number = 1 + sum(name.startswith("rung") for name in names)
        is_one_of_several = each.stage == "rung" and num_rungs > 1
        name = "learning curve" if each.stage == "curve" else each.stage
        names.append(f"rung {number}" if is_one_of_several else name)
    return names


def num_jobs(stage: StageBound) -> int:
    """The most training jobs of the stage."""
    return stage.model_jobs + stage.baseline_jobs


def stages_in_words(stages: Sequence[StageBound]) -> str:
    """A sentence; empty where the final is the only stage."""
    if len(stages) < 2:
        return ""
    total = counted(sum(map(num_jobs, stages)), "job")
    jobs = jobs_in_words(stage_names(stages), [num_jobs(stage) for stage in stages])
    return f"The race takes at most {total}: {jobs}."


def jobs_in_words(names: Sequence[str], jobs: Sequence[int]) -> str:
    """`3 for screening, 9 for rung 1 and 5 for the final`."""
    return listed(
        [
            f"{count} for {name if name == 'screening' or name[-1].isdigit() else f'the {name}'}"
            for name, count in zip(names, jobs, strict=True)
        ]
    )
