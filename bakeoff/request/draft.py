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
)

from bakeoff.methods import ModelMethod
from bakeoff.request.values import MAX_SEEDS, seeds_of_number

T = TypeVar("T")


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
    return {"id": value} if isinstance(value, str) else value


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


class Draft(_Draft):
    dataset: Lenient[DraftDataset] = None
    text: Annotated[list[Any], BeforeValidator(_as_list)] = Field(default_factory=list)
    """The named columns; those that are not text are unchecked."""
    label: Annotated[list[Any], BeforeValidator(_as_list)] = Field(default_factory=list)
    label_delimiter: Any = None
    label_names: Lenient[list[Any]] = None
    task: Any = None
    positive_label: Any = None
    main_metric: Any = None
    hyperparameters: Lenient[dict[str, Any]] = None
    models: Lenient[list[Annotated[Lenient[DraftModel], BeforeValidator(_as_model)]]] = None
    seeds: Annotated[Lenient[list[Any]], BeforeValidator(_as_seeds)] = None

    @property
    def numbered_models(self) -> list[tuple[int, DraftModel]]:
        """The models that can be understood, with their index in the request."""
        return [(index, model) for index, model in enumerate(self.models or []) if model]

    @property
    def recipes(self) -> list[tuple[str, dict[str, Any]]]:
        """The hyperparameters of the request and of single models, each with its field."""
        own = [
            (f"models[{index}].hyperparameters", model.hyperparameters)
            for index, model in self.numbered_models
        ]
        given = [("hyperparameters", self.hyperparameters), *own]
        return [(field, recipe) for field, recipe in given if recipe is not None]
