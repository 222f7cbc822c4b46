"""The plan of a wave: its jobs, complete except for their names.

The state machine only carries it out. Each item is self-contained, since the state machine runs it
on its own; a repeated attempt gets another job name and resumes from the item's checkpoints.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bakeoff import layout
from bakeoff.errors import DocumentError, Problem, RequestError
from bakeoff.jobs.job_config import JobConfig, TrainingPart, job_config
from bakeoff.jobs.plan_item import PlanItem
from bakeoff.jobs.sagemaker_job import fallbacks
from bakeoff.jobs.screening_config import ScreeningConfig
from bakeoff.jobs.screening_job import (
    screening_job,
    screening_job_config,
    screening_volume_gb,
)
from bakeoff.jobs.training_job import training_job
from bakeoff.jobs.wave import Training, Wave
from bakeoff.metrics import Task
from bakeoff.names import (
    base_job_name,
    experiment_name,
    item_key,
    screening_job_name,
    screening_key,
    trial_name,
)
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
    configs: dict[str, JobConfig | ScreeningConfig] = field(default_factory=dict)
    """By item."""
    trials: dict[str, str] = field(default_factory=dict)
    """Names of the trials, by candidate."""


def plannable_dataset(resolved: ResolvedRequest, manifest: Manifest) -> PreparedDataset:
    """The data set to plan for.

    Raises:
        DocumentError: the manifest has none to train on.
        RequestError: the request asks for something that its task, now known, does not have.
    """
    dataset = manifest.dataset
    if manifest.status != "ready" or dataset is None:
        raise DocumentError(f"run {resolved.run} has no prepared data set to plan for")
    problems = _task_problems(resolved, dataset.task)
    if problems:
        raise RequestError(problems)
    return dataset


def plan_wave(
    resolved: ResolvedRequest,
    manifest: Manifest,
    dataset: PreparedDataset,
    settings: ServiceSettings,
    wave: Wave,
    tracked: Collection[str] = (),
) -> Plan:
    """One item for each job of the wave.

    Args:
        tracked: candidates that have a trial from an earlier wave.
    """
    experiment = experiment_name(resolved.name, resolved.run)
    plan = Plan(experiment, trials=_trials(wave, experiment, tracked))
    maker = _ItemMaker(
        resolved,
        dataset,
        settings,
        wave,
        candidates={each.candidate: each for each in resolved.candidates},
        models={each.candidate: each for each in manifest.models},
    )
    for training in wave.trainings:
        config, item = maker.training(training)
        item.training_job.update(_experiment_config(plan, training))
        plan.configs[config.item] = config
        plan.items.append(item)
    for number, shard in enumerate(wave.shards, start=1):
        screening, item = maker.screening(number, shard)
        plan.configs[screening.item] = screening
        plan.items.append(item)
    return plan


def _trials(wave: Wave, experiment: str, tracked: Collection[str]) -> dict[str, str]:
    """The wave's candidates that have a trial, or get one as long as there is room."""
    candidates = list(dict.fromkeys(training.candidate for training in wave.trainings))
    new = [candidate for candidate in candidates if candidate not in tracked]
    without = set(new[max(0, MAX_TRIALS - len(tracked)) :])
    return {each: trial_name(experiment, each) for each in candidates if each not in without}


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
    return list(dict.fromkeys(task_problems(task, resolved.main_metric, recipes, resolved.target)))


@dataclass(frozen=True)
class _ItemMaker:
    """What the items of a wave have in common."""

    resolved: ResolvedRequest
    dataset: PreparedDataset
    settings: ServiceSettings
    wave: Wave
    candidates: Mapping[str, Candidate]
    models: Mapping[str, PreparedModel]

    def training(self, training: Training) -> tuple[JobConfig, PlanItem]:
        resolved, settings = self.resolved, self.settings
        candidate = self.candidates[training.candidate]
        model = self.models.get(training.candidate)
        part = replace(
            training.part or TrainingPart(),
            item=item_key(training.candidate, training.seed, training.rung, training.train_percent),
        )
        config = job_config(resolved, candidate, model, self.dataset, training.seed, part)
        return config, PlanItem(
            item=config.item,
            candidate=config.candidate,
            seed=config.seed,
            run=config.run,
            bucket=settings.bucket,
            result_key=layout.result_key(config.run, config.item),
            stage=self.wave.stage,
            wave=self.wave.number,
            base_job_name=base_job_name(
                resolved.name,
                config.candidate,
                config.seed,
                config.run,
                training.rung,
                training.train_percent,
            ),
            training_job=training_job(resolved, settings, config, self.dataset, model),
            fallbacks=fallbacks(resolved, settings, uses_gpu=candidate.uses_gpu),
        )

    def screening(self, number: int, shard: Sequence[str]) -> tuple[ScreeningConfig, PlanItem]:
        resolved, settings, item = self.resolved, self.settings, screening_key(number)
        models = [self.models[candidate] for candidate in shard]
        candidates = [self.candidates[candidate] for candidate in shard]
        config = screening_job_config(
            resolved, self.dataset, item, list(zip(candidates, models, strict=True))
        )
        volume_gb = screening_volume_gb(models)
        return config, PlanItem(
            item=item,
            candidate=item,
            seed=config.seed,
            run=config.run,
            bucket=settings.bucket,
            result_key=layout.result_key(config.run, item),
            stage=self.wave.stage,
            wave=self.wave.number,
            base_job_name=screening_job_name(resolved.name, number, config.run),
            training_job=screening_job(resolved, settings, config, self.dataset, models),
            fallbacks=fallbacks(
                resolved, settings, uses_gpu=candidates[0].uses_gpu, volume_gb=volume_gb
            ),
        )


def _experiment_config(plan: Plan, training: Training) -> dict[str, Any]:
    if training.candidate not in plan.trials:
        return {}
    percent = training.train_percent
    return {
        "ExperimentConfig": {
            "ExperimentName": plan.experiment,
            "TrialName": plan.trials[training.candidate],
            # Else its scores would pass for those of the whole training.
            "TrialComponentDisplayName": "Training"
            if percent is None
            else f"Training-on-{percent}-percent",
        }
    }
