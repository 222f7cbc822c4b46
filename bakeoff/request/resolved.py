"""The resolved request: every default filled in, every candidate named."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bakeoff import metrics
from bakeoff.documents import Document
from bakeoff.errors import Problem, RequestError
from bakeoff.hosted_models import is_hosted
from bakeoff.layout import without_bucket
from bakeoff.methods import BASELINES, Method, is_baseline, needs_gpu, seeds_of
from bakeoff.metrics import Task
from bakeoff.names import candidate_key, results_name
from bakeoff.request.allowed_models import not_allowed
from bakeoff.request.hyperparameters import Hyperparameters, merged
from bakeoff.request.model import Model
from bakeoff.request.model_pool import ModelPool
from bakeoff.request.resolved_search import ResolvedSearch
from bakeoff.request.schema import CommonFields, Compute, Dataset, Request
from bakeoff.settings import ComputeSettings

SCHEMA_VERSION = 2

# Snapshotting and tokenising a thousand models; a bound for what hangs.
MAX_PREPARATION_SECONDS = 24 * 3600
# Resolved requests of older deployments lack these.
_FIELDS_ADDED_LATER = {
    "confidence",
    "budget_usd",
    "label_names",
    "slices",
    "label_descriptions",
    "tune",
    "target",
    "prompt",
    "keep",
    "register_model",
    "learning_curve",
}
# Of a thousand candidates two share a hash of 6 digits in 3 of 100 requests: it then grows.
HASH_LENGTHS = (6, 10, 16)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Splits(_Part):
    """Names on the hub (None: the usual ones) or URIs in S3 (None: cut from train)."""

    train: str | None
    validation: str | None
    test: str | None


class ResolvedDataset(_Part):
    """From the hub if `files` is None."""

    id: str
    """The hub id, or the URI of the training rows; without any, of the test rows."""
    config: str | None
    revision: str | None
    splits: Splits
    files: Splits | None
    encoding: str | None = None
    """Of text files; None: recognised. Older documents lack it, and `quotes`."""
    quotes: bool | None = None
    """Whether double quotes enclose values of CSV; None: recognised."""


class ResolvedCompute(_Part):
    """Sizes in GB, times in seconds."""

    training_instance_type: str
    fallback_instance_types: list[str] = Field(default_factory=list)
    """Tried in this order where the first has no capacity or a quota of 0."""
    baseline_instance_type: str
    processing_instance_type: str
    volume_gb: int
    """Of each training job."""
    max_runtime_seconds: int
    """Of each training job."""
    max_preparation_seconds: int = MAX_PREPARATION_SECONDS
    max_parallel_jobs: int


class Candidate(_Part):
    """A model, or a baseline in place of one, with what the request says of its training."""

    candidate: str
    model: str
    requested_as: str = Field(default_factory=lambda candidate: str(candidate["model"]))
    """What the author of the request wrote for the model; for display only. Differs from `model`
    where the command line has uploaded a local model."""
    revision: str | None
    """As requested; None: the newest, which PrepareData pins."""
    method: Method
    hyperparameters: Hyperparameters

    @property
    def is_hosted(self) -> bool:
        """Whether the model is behind an API, where it has no files to prepare."""
        return is_hosted(self.model)

    @property
    def uses_gpu(self) -> bool:
        """Whether its jobs run on the instances for models."""
        return needs_gpu(self.method) and not self.is_hosted


class RequestName(Document):
    """What a resolved request of any version has: a run outlives the deployment that began it."""

    name: str


class ResolvedRequest(CommonFields, Document):
    """What PrepareData, PlanWave and Compare work from: nothing is left to default."""

    schema_version: int
    run: str
    name: str
    dataset: ResolvedDataset
    text: list[str] | None
    """One column, or two for pairs of texts; None: PrepareData finds it."""
    label: list[str] | None
    """One column, or several of 0 and 1; None: PrepareData finds it."""
    compute: ResolvedCompute
    candidates: list[Candidate]
    """The models, then the baselines. SearchModels adds those that it finds."""
    search: ResolvedSearch | None = None
    """None: the request names all models itself."""
    finalists: int | None = None
    """How many candidates are trained to the end; None: all of them."""
    included: list[str] = Field(default_factory=list)
    """The candidates that no screening drops, if there are `finalists`."""

    @model_validator(mode="before")
    @classmethod
    def _is_complete(cls, document: Any) -> Any:
        """Refuses a document that lacks a field: the default might not be what was requested."""
        expected = CommonFields.model_fields.keys() - _FIELDS_ADDED_LATER
        missing = expected - document.keys() if isinstance(document, dict) else set()
        if missing:
            raise ValueError(f"The fields {', '.join(sorted(missing))} are missing.")
        return document

    def main_metric_of(self, task: Task) -> str:
        """What ranks, once the task is known."""
        return self.main_metric or metrics.default_main_metric(task)

    @property
    def searches(self) -> bool:
        """Whether the hub is yet to be searched for candidates."""
        return self.search is not None and self.search.num_found is None

    @property
    def has_models(self) -> bool:
        """Whether any candidate so far is more than a baseline."""
        return any(not is_baseline(each.method) for each in self.candidates)

    @property
    def possible_candidates(self) -> list[Candidate]:
        """The candidates, with a stand-in for each model that the search may yet find."""
        if self.search is None or not self.searches:
            return self.candidates
        return [
            *self.candidates,
            *(
                Candidate(
                    candidate=f"found-{number}",
                    model=f"found-{number}",
                    revision=None,
                    method=self.search.query.method,
                    hyperparameters=self.search.hyperparameters,
                )
                for number in range(1, self.search.query.limit + 1)
            ),
        ]

    def seeds_of(self, candidate: Candidate) -> list[int]:
        """One training job each."""
        return seeds_of(candidate.method, self.seeds)


def resolve(request: Request, run: str, settings: ComputeSettings) -> ResolvedRequest:
    """Fills what `request` leaves open: from the defaults, and compute from `settings`.

    Raises RequestError if it names models that the deployment does not allow.
    """
    models, pool = _models(request), request.pool
    place = "models.include" if pool else "models"
    named = [(f"{place}[{number}]", each.model) for number, each in enumerate(models)]
    problems = [*not_allowed(named, settings.bedrock_models)]
    if problems:
        raise RequestError(problems)
    return ResolvedRequest(
        schema_version=SCHEMA_VERSION,
        run=run,
        # parse_request has taken the file's name where the request gives none.
        name=request.name or results_name(run),
        dataset=_dataset(request.dataset),
        text=_columns(request.text),
        label=_columns(request.label),
        **{name: getattr(request, name) for name in CommonFields.model_fields},
        compute=_compute(request.compute, settings),
        candidates=models + (_baselines(request) if request.has_baselines else []),
        search=_search(request, pool) if pool else None,
        finalists=pool.finalists if pool else None,
        # Where all models are named, none of them is preferred.
        included=[model.candidate for model in models] if pool and pool.search else [],
    )


def _columns(named: str | list[str] | None) -> list[str] | None:
    return [named] if isinstance(named, str) else named


def _dataset(dataset: Dataset) -> ResolvedDataset:
    given = Splits(train=dataset.train, validation=dataset.validation, test=dataset.test)
    none = Splits(train=None, validation=None, test=None)
    is_hub = dataset.id is not None
    return ResolvedDataset(
        id=dataset.id or dataset.train or dataset.test or "",
        config=dataset.config,
        revision=dataset.revision,
        splits=given if is_hub else none,
        files=None if is_hub else given,
        encoding=dataset.encoding,
        quotes=dataset.quotes,
    )


def _compute(compute: Compute, settings: ComputeSettings) -> ResolvedCompute:
    return ResolvedCompute(
        training_instance_type=compute.training_instance_type or settings.training_instance_type,
        fallback_instance_types=compute.fallback_instance_types,
        baseline_instance_type=compute.baseline_instance_type or settings.baseline_instance_type,
        processing_instance_type=compute.processing_instance_type
        or settings.processing_instance_type,
        volume_gb=compute.volume_gb or settings.training_volume_gb,
        max_runtime_seconds=compute.max_runtime_seconds or settings.max_runtime_seconds,
        max_preparation_seconds=compute.max_preparation_seconds or MAX_PREPARATION_SECONDS,
        max_parallel_jobs=compute.max_parallel_jobs or settings.max_parallel_jobs,
    )


def _search(request: Request, pool: ModelPool) -> ResolvedSearch | None:
    if pool.search is None:
        return None
    return ResolvedSearch(
        query=pool.search,
        exclude=pool.exclude,
        hyperparameters=_recipe(request, Hyperparameters()),
    )


def _models(request: Request) -> list[Candidate]:
    models = request.named_models
    return [
        Candidate(
            candidate=key,
            model=model.id,
            requested_as=model.requested_as or model.id,
            revision=model.revision,
            method=model.method,
            hyperparameters=_recipe(request, model.hyperparameters),
        )
        for key, model in zip(_candidate_keys(models), models, strict=True)
    ]


def _baselines(request: Request) -> list[Candidate]:
    return [
        Candidate(
            candidate=candidate_key(model_id, None, {}),
            model=model_id,
            revision=None,
            method=method,
            hyperparameters=_recipe(request, Hyperparameters()),
        )
        for model_id, method in BASELINES.items()
    ]


def _recipe(request: Request, own: Hyperparameters) -> Hyperparameters:
    return Hyperparameters.model_validate(merged(request.hyperparameters.given, own.given))


def _candidate_keys(models: list[Model]) -> list[str]:
    """Keys whose hashes alone differ: a job's name may have no room for more than the hash.

    They are the same on every machine and in every deployment, so that runs can be joined: an
    uploaded model counts by its content and its folder's name.
    """
    for length in HASH_LENGTHS:
        keys = [
            candidate_key(
                without_bucket(model.id),
                model.revision,
                model.hyperparameters.given,
                length,
                method=model.method if model.method != "full" else "",
            )
            for model in models
        ]
        if len({key.rpartition("-")[2] for key in keys}) == len(models):
            return keys
    problem = Problem("models", "Two models are the same.", "Leave one out.")
    raise RequestError([problem])
