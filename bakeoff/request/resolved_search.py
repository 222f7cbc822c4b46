"""The search of a resolved request."""

from pydantic import BaseModel, ConfigDict

from bakeoff.request.hyperparameters import Hyperparameters
from bakeoff.request.model_search import ModelSearch


class ResolvedSearch(BaseModel):
    """What to search the hub for, and how the models found are trained."""

    model_config = ConfigDict(frozen=True)

    query: ModelSearch
    exclude: list[str]
    """Ids and patterns, as requested."""
    hyperparameters: Hyperparameters
    """The recipe of each model found."""
    num_found: int | None = None
    """How many of the request's candidates were found; None: SearchModels has not run yet."""
