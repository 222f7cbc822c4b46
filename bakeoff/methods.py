"""The ways to make a candidate: how a model is adapted, and the baselines that need none."""

from typing import Literal, get_args

ModelMethod = Literal["full", "frozen", "lora"]
BaselineMethod = Literal["majority", "tfidf"]
Method = ModelMethod | BaselineMethod

BASELINES: dict[str, BaselineMethod] = {
    f"baseline/{method}": method for method in get_args(BaselineMethod)
}
"""By the id that stands for their model."""

LORA_LEARNING_RATE = 5e-4
"""Ten times what suits all weights: the few that are trained begin at 0 and have far to go."""

# Without chance: each seed would give the same.
_DETERMINISTIC = ("frozen", *get_args(BaselineMethod))

_NOT_LORA = ("lora_rank", "lora_alpha", "lora_dropout")
# A linear head on features, or on word counts, knows no epochs, steps or batches.
_USED_BY_FROZEN = ("eval_batch_size", "max_length")


def is_baseline(method: str) -> bool:
    """Whether it needs no model, and so no tokens and no GPU."""
    return method in get_args(BaselineMethod)


def seeds_of(method: str, seeds: list[int]) -> list[int]:
    """The seeds that a candidate is trained with: the first alone, if all would give the same."""
    return seeds[:1] if method in _DETERMINISTIC else seeds


def has_chance(method: str) -> bool:
    """Whether another seed may give another result."""
    return method not in _DETERMINISTIC


def defaults_of(method: str) -> dict[str, float]:
    """The hyperparameters whose usual value is another one than that of training all weights."""
    return {"learning_rate": LORA_LEARNING_RATE} if method == "lora" else {}


def is_used(hyperparameter: str, method: str) -> bool:
    """Whether the method's result, speed or memory depends on it."""
    if is_baseline(method):
        return False
    if method == "frozen":
        return hyperparameter in _USED_BY_FROZEN
    return method == "lora" or hyperparameter not in _NOT_LORA
