"""A model of a request, with its own settings."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from bakeoff.hosted_models import is_hosted
from bakeoff.methods import ModelMethod
from bakeoff.request import values
from bakeoff.request.hyperparameters import Hyperparameters
from bakeoff.request.parts import TextOrObject

MAX_MODELS = 1000
METHODS_MEANING = (
    "full: trains all weights; lora: trains small matrices added to them; frozen: "
    "trains no weights, fits a linear head to the model's features, once for all seeds; prompt: "
    "trains nothing, asks a language model how likely each label is; static: fits a linear head to "
    "means of token vectors, which the model has or which are distilled from it; zeroshot: trains "
    "nothing, compares texts with the labels' names."
)


class Model(TextOrObject):
    """A model to fine-tune, with its own settings."""

    id: values.ModelId = Field(
        description="Hub id, S3 URI of a model folder or a model.tar.gz, or bedrock/ID of a model "
        "of Amazon Bedrock that the deployment allows."
    )
    requested_as: values.RequestedAs | None = Field(
        default=None,
        description="The model's name in the results; null: its id. The command line sets it to "
        "the local path when it replaces the path by the S3 URI of the upload.",
    )
    revision: values.Revision | None = Field(
        default=None, description="Branch, tag or commit on the hub; null: the newest commit."
    )
    method: ModelMethod = Field(
        default="full",
        description=f"{METHODS_MEANING} A bedrock/ID has prompt alone, and no need to say so.",
    )
    hyperparameters: Hyperparameters = Field(
        default_factory=Hyperparameters, description="Settings for this model only."
    )

    @model_validator(mode="before")
    @classmethod
    def _with_method(cls, model: Any) -> Any:
        return with_method(model)


def with_method(model: Any) -> Any:
    """The object with the method that its id implies, if it gives none."""
    if isinstance(model, dict) and isinstance(model.get("id"), str) and is_hosted(model["id"]):
        return {"method": "prompt", **model}
    return model


def _model_of_text(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


ModelList = Annotated[
    list[Annotated[Model, BeforeValidator(_model_of_text)]],
    Field(min_length=1, max_length=MAX_MODELS),
]
