"""A model of a request, with its own settings."""

from typing import Annotated

from pydantic import BeforeValidator, Field

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

    id: values.ModelId = Field(description="Hub id, or S3 URI of a model folder or a model.tar.gz.")
    requested_as: values.RequestedAs | None = Field(
        default=None,
        description="The model's name in the results; null: its id. The command line sets it to "
        "the local path when it replaces the path by the S3 URI of the upload.",
    )
    revision: values.Revision | None = Field(
        default=None, description="Branch, tag or commit on the hub; null: the newest commit."
    )
    method: ModelMethod = Field(default="full", description=METHODS_MEANING)
    hyperparameters: Hyperparameters = Field(
        default_factory=Hyperparameters, description="Settings for this model only."
    )


def _model_of_text(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


ModelList = Annotated[
    list[Annotated[Model, BeforeValidator(_model_of_text)]],
    Field(min_length=1, max_length=MAX_MODELS),
]
