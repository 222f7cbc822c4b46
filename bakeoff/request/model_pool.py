"""The models of a request as an object: a pool from which a race chooses the finalists."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field
from pydantic import Tag as Form

from bakeoff.request.model import ModelList
from bakeoff.request.model_search import MAX_EXCLUDED, IdPattern, ModelSearch
from bakeoff.request.parts import Part
from bakeoff.request.values import LISTED_MODELS, POOLED_MODELS, Integer, refused

MAX_FINALISTS = 50


def _is_no_model(value: Any) -> Any:
    if isinstance(value, dict) and "id" in value:
        raise refused("models is a single model here.", 'Put it into a list: "models": [{...}].')
    return value


class ModelPool(Part):
    """More models than are to be trained to the end: found on the hub, named, or both."""

    search: ModelSearch | None = Field(
        default=None, description="Which models of the hub take part; null: only those of include."
    )
    include: ModelList | None = Field(
        default=None,
        description="Models that take part whatever the search finds, as in a list of models. "
        "Beside a search, the screening does not drop them.",
    )
    exclude: Annotated[list[IdPattern], Field(max_length=MAX_EXCLUDED)] = Field(
        default=[],
        description="Models that the search passes over: ids, or patterns in which a star stands "
        "for any characters, such as owner/*. Case makes no difference.",
    )
    finalists: Annotated[Integer, Field(ge=1, le=MAX_FINALISTS)] = Field(
        default=3,
        description="How many models are trained to the end, with every seed, and scored on test.",
    )


def _form(value: object) -> str:
    return POOLED_MODELS if isinstance(value, dict | ModelPool) else LISTED_MODELS


Models = Annotated[
    Annotated[ModelList, Form(LISTED_MODELS)]
    | Annotated[ModelPool, BeforeValidator(_is_no_model), Form(POOLED_MODELS)],
    Discriminator(_form),
]
