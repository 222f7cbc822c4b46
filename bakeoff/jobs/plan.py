"""The plan: every training job of a run, complete except for its name.

The state machine only carries it out. Each item is self-contained, since the state machine runs it
on its own; a repeated attempt gets another job name and resumes from the item's checkpoints.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from bakeoff import layout
from bakeoff.errors import DocumentError, Problem, RequestError
from bakeoff.jobs.job_config import JobConfig, job_config
from bakeoff.jobs.plan_item import PlanItem
from bakeoff.jobs.training_job import fallbacks, training_job
from bakeoff.methods import is_baseline
from bakeoff.metrics import Task
from bakeoff.names import base_job_name, experiment_name, trial_name
from bakeoff.prepared.manifest import Manifest, PreparedDataset, PreparedModel
from bakeoff.request.resolved import Candidate, ResolvedRequest
from bakeoff.request.task_rules import task_problems
from bakeoff.settings import ServiceSettings

MAX_TRIALS = 300
"""SageMaker's limit for one experiment; candidates beyond it are trained untracked."""


@dataclass(frozen=True)
class Plan:
    """The state machine's items, and the documents and trials that they refer to."""

    experiment: str
    items: list[PlanItem] = field(default_factory=list)
    configs: dict[str, JobConfig] = field(default_factory=dict)
    """By item."""
    trials: dict[str, str] = field(default_factory=dict)
    """Names of the trials, by candidate."""


def plan_training(resolved: ResolvedRequest, manifest: Manifest, settings: ServiceSettings) -> Plan:
    """One item for each seed of each candidate that can be trained.

    Raises:
        DocumentError: the manifest has no data set to train on.
        RequestError: the request asks for something that its task, now known, does not have.
    """
    dataset = manifest.dataset
    if manifest.status != "ready" or dataset is None:
        raise DocumentError(f"run {resolved.run} has no prepared data set to plan for")
    problems = _task_problems(resolved, dataset.task)
    if problems:
        raise RequestError(problems)
    plan = Plan(experiment_name(resolved.name, resolved.run))
    for candidate in resolved.candidates:
        model = manifest.model(candidate.candidate)
        if _is_trainable(candidate, model):
            _add(plan, resolved, settings, candidate, model, dataset)
    return plan


def without_experiment(plan: Plan) -> Plan:
    """The same jobs, untracked."""
    items = [
        item.model_copy(
            update={
                "training_job": {
                    name: value
                    for name, value in item.training_job.items()
                    if name != "ExperimentConfig"
                }
            }
        )
        for item in plan.items
    ]
    return replace(plan, items=items, trials={})


def _task_problems(resolved: ResolvedRequest, task: Task) -> list[Problem]:
    """Each problem once, although every candidate has inherited the request's hyperparameters."""
    recipes = [("hyperparameters", c.hyperparameters.model_dump()) for c in resolved.candidates]
    return list(dict.fromkeys(task_problems(task, resolved.main_metric, recipes)))


def _is_trainable(candidate: Candidate, model: PreparedModel | None) -> bool:
    is_ready = model is not None and model.status == "ready"
    return is_ready or is_baseline(candidate.method)


def _add(
    plan: Plan,
    resolved: ResolvedRequest,
    settings: ServiceSettings,
    candidate: Candidate,
    model: PreparedModel | None,
    dataset: PreparedDataset,
) -> None:
    """Adds the candidate's trial and jobs to the plan."""
    if len(plan.trials) < MAX_TRIALS:
        plan.trials[candidate.candidate] = trial_name(plan.experiment, candidate.candidate)
    for seed in resolved.seeds_of(candidate):
        config = job_config(resolved, candidate, model, dataset, seed)
        plan.configs[config.item] = config
        job = training_job(resolved, settings, config, dataset, model)
        job |= _experiment_config(plan, config.candidate)
        others = fallbacks(resolved, settings, candidate.method)
        plan.items.append(_item(resolved, settings, config, job, others))


def _item(
    resolved: ResolvedRequest,
    settings: ServiceSettings,
    config: JobConfig,
    job: dict[str, Any],
    others: list[dict[str, Any]],
) -> PlanItem:
    return PlanItem(
        item=config.item,
        candidate=config.candidate,
        seed=config.seed,
        run=config.run,
        bucket=settings.bucket,
        result_key=layout.result_key(config.run, config.item),
        base_job_name=base_job_name(resolved.name, config.candidate, config.seed, config.run),
        training_job=job,
        fallbacks=others,
    )


def _experiment_config(plan: Plan, candidate: str) -> dict[str, Any]:
    if candidate not in plan.trials:
        return {}
    return {
        "ExperimentConfig": {
            "ExperimentName": plan.experiment,
            "TrialName": plan.trials[candidate],
            "TrialComponentDisplayName": "Training",
        }
    }
