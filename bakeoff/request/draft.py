"""A request as far as it can be understood, for the rules that concern several fields.

A field that fails its own validation is absent here, because that problem is already reported.
Fields of type Any only matter by whether they are given.
"""

from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from bakeoff.methods import ModelMethod
from bakeoff.request.model import with_method
from bakeoff.request.model_search import ModelSearch, Parameters
from bakeoff.request.values import MAX_SEEDS, Integer, seeds_of_number

T = TypeVar("T")

EXAMPLES = "prompt_examples"


def _valid_or_none(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except ValidationError:
        return None


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _as_seeds(value: Any) -> Any:
    is_number = isinstance(value, int) and 1 <= value <= MAX_SEEDS
    return seeds_of_number(value) if is_number else value


def _as_model(value: Any) -> Any:
    return with_method({"id": value} if isinstance(value, str) else value)


Lenient = Annotated[T | None, WrapValidator(_valid_or_none)]


class _Draft(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class DraftDataset(_Draft):
    id: Any = None
    config: Any = None
    revision: Any = None
    train: Any = None
    validation: Any = None
    test: Any = None
    encoding: Any = None
    quotes: Any = None


class DraftModel(_Draft):
    id: Lenient[str] = None
    revision: Any = None
    method: Lenient[ModelMethod] = "full"
    hyperparameters: Lenient[dict[str, Any]] = None
    """Their values are unchecked."""


class DraftSearch(_Draft):
    method: Lenient[ModelMethod] = "full"
    min_parameters: Lenient[Parameters] = None
    max_parameters: Lenient[Parameters] = None
    limit: Lenient[Integer] = ModelSearch.model_fields["limit"].default


class DraftPool(_Draft):
    """`models` as an object; what it includes are the draft's models."""

    id: Any = None
    """Given where a single model took the place of a list."""
    search: Any = None
    include: Any = None
    exclude: Lenient[list[Any]] = None
    finalists: Lenient[Integer] = None

    @property
    def draft_search(self) -> DraftSearch | None:
        search = self.search
        return DraftSearch.model_validate(search) if isinstance(search, dict) else None


class Draft(_Draft):
    dataset: Lenient[DraftDataset] = None
    text: Annotated[list[Any], BeforeValidator(_as_list)] = Field(default_factory=list)
    """The named columns; those that are not text are unchecked."""
    label: Annotated[list[Any], BeforeValidator(_as_list)] = Field(default_factory=list)
    slices: Lenient[list[Any]] = None
    label_delimiter: Any = None
    label_names: Lenient[list[Any]] = None
    label_descriptions: Lenient[dict[str, Any]] = None
    task: Any = None
    positive_label: Any = None
    main_metric: Any = None
    max_test_rows: Any = None
    target: Lenient[dict[str, Any]] = None
    keep: Lenient[str] = None
    register_model: Lenient[bool] = None
    prompt: Any = None
    hyperparameters: Lenient[dict[str, Any]] = None
    tune: Lenient[dict[str, Any]] = None
    baselines: Any = None
    learning_curve: Any = None
    models: Lenient[list[Annotated[Lenient[DraftModel], BeforeValidator(_as_model)]]] = None
    """The list, or what the object includes."""
    pool: DraftPool | None = None
    """`models` where it is an object."""
    seeds: Annotated[Lenient[list[Any]], BeforeValidator(_as_seeds)] = None

    @model_validator(mode="before")
    @classmethod
    def _with_pool(cls, document: Any) -> Any:
        models = document.get("models")
        if not isinstance(models, dict):
            return {**document, "pool": None}
        return {**document, "models": models.get("include"), "pool": models}

    @property
    def numbered_models(self) -> list[tuple[str, DraftModel]]:
        """The models that can be understood, each with its field, such as `models[0]`."""
        place = "models" if self.pool is None else "models.include"
        return [
            (f"{place}[{index}]", model)
            for index, model in enumerate(self.models or [])
            if model is not None
        ]

    @property
    def methods(self) -> list[tuple[str, str]]:
        """The methods of models and of the search, each with the field that it belongs to."""
        search = self.pool.draft_search if self.pool else None
        given = [(field, model.method) for field, model in self.numbered_models]
        if search is not None:
            given.append(("models.search", search.method))
        return [(field, method) for field, method in given if method is not None]

    @property
    def knows_all_methods(self) -> bool:
        """Whether none of the methods is unclear for a problem of its own."""
        has_search = self.pool is not None and self.pool.search is not None
        num_given = len(self.models or []) + has_search
        return 0 < num_given == len(self.methods)

    @property
    def has_no_training_rows(self) -> bool:
        """Whether the data set is files without any; one on the hub may have some of a usual
        name."""
        dataset = self.dataset
        return dataset is not None and dataset.id is None and dataset.train is None

    @property
    def prompt_examples(self) -> list[tuple[str, str, Any]]:
        """Of models that are asked: the model's field, the field that says how many examples it is
        shown, and their number, which is unchecked."""
        common = (self.hyperparameters or {}).get(EXAMPLES)
        found = []
        for field, model in self.numbered_models:
            own = model.hyperparameters or {}
            place = f"{field}.hyperparameters" if EXAMPLES in own else "hyperparameters"
            if model.method == "prompt":
                found.append((field, f"{place}.{EXAMPLES}", own.get(EXAMPLES, common)))
        if ("models.search", "prompt") in self.methods:
            found.append(("models.search", f"hyperparameters.{EXAMPLES}", common))
        return found

    @property
    def known_labels(self) -> list[str]:
        """The labels as far as the request names all of them; else empty."""
        columns = self.label if len(self.label) > 1 else self.label_names or []
        return [str(each) for each in columns if isinstance(each, str | int)]

    @property
    def recipes(self) -> list[tuple[str, dict[str, Any]]]:
        """The hyperparameters of the request and of single models, each with its field."""
        own = [
            (f"{field}.hyperparameters", model.hyperparameters)
            for field, model in self.numbered_models
        ]
        given = [("hyperparameters", self.hyperparameters), *own]
        return [(field, recipe) for field, recipe in given if recipe is not None]
