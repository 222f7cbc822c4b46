"""Training methods: how a model is adapted, and the baselines, which need no model."""

from typing import Literal, get_args

ModelMethod = Literal["full", "frozen", "lora", "prompt", "static", "zeroshot"]
BaselineMethod = Literal["majority", "tfidf"]
Method = ModelMethod | BaselineMethod

BASELINES: dict[str, BaselineMethod] = {
    f"baseline/{method}": method for method in get_args(BaselineMethod)
}
"""The methods of the baselines, by the id that they have in place of a model's."""

_FINE_TUNED = ("full", "lora")
_KEEPING_VECTORS = ("frozen", "zeroshot")
# They know a label by its name.
_BY_LABEL_NAMES = ("zeroshot",)
_ABLE_TO_DO_WITHOUT_TRAINING_ROWS = ("prompt", "zeroshot")
# With more rows their weights become others.
_LEARNING_FROM_ROWS = ("frozen", "full", "lora", "static", "tfidf")
# Every seed would give the same result.
_DETERMINISTIC = ("frozen", "prompt", "static", "zeroshot", *get_args(BaselineMethod))

# Their answers come from a network; see train/exporting/graphs.py.
_WITH_A_NETWORK = ("frozen", "full", "lora")

_NOT_LORA = ("lora_rank", "lora_alpha", "lora_dropout")
# Without training there are no epochs, steps or training batches.
_USED_WITHOUT_TRAINING = ("eval_batch_size", "max_length")
_USED_BY_PROMPT = ("prompt_examples",)
_USED_BY_STATIC = ("max_length",)


def is_baseline(method: str) -> bool:
    """Whether the method needs no model, and so no tokens."""
    return method in get_args(BaselineMethod)


def needs_gpu(method: str) -> bool:
    """Whether its jobs run on the instances for models; the others are measured where they would
    be used, on a CPU."""
    return method != "static" and not is_baseline(method)


def is_fine_tuned(method: str) -> bool:
    """Whether an optimiser trains the model's weights, in steps, at a learning rate."""
    return method in _FINE_TUNED


def keeps_vectors(method: str) -> bool:
    """Whether its jobs leave the vectors of texts to those of other runs."""
    return method in _KEEPING_VECTORS


def reads_label_names(method: str) -> bool:
    """Whether only the labels' names, or what the request says in their place, tell the method what
    the labels are, also where there are rows to train on."""
    return method in _BY_LABEL_NAMES


def needs_training_rows(method: str) -> bool:
    """Whether the method cannot take part without rows to learn from."""
    return method not in _ABLE_TO_DO_WITHOUT_TRAINING_ROWS


def learns_from_rows(method: str) -> bool:
    """Whether more train rows may make it better: the others read labels' names, show a few rows
    in a prompt, or know the labels' frequencies."""
    return method in _LEARNING_FROM_ROWS


def reads_label_descriptions(method: str) -> bool:
    """Whether what the request says of the labels, in place of their names, tells it anything."""
    return method == "prompt" or reads_label_names(method)


def has_onnx_graph(method: str) -> bool:
    """Whether its trained model can be exported to ONNX."""
    return method in _WITH_A_NETWORK


def seeds_of(method: str, seeds: list[int]) -> list[int]:
    """The seeds to train a candidate with: only the first one if the method is deterministic."""
    return seeds[:1] if method in _DETERMINISTIC else seeds


def has_chance(method: str) -> bool:
    """Whether the result depends on the seed."""
    return method not in _DETERMINISTIC


def is_used(hyperparameter: str, method: str) -> bool:
    """Whether the method's result, speed or memory depends on it."""
    if is_baseline(method):
        return False
    if hyperparameter in _USED_BY_PROMPT:
        return method == "prompt"
    if method == "static":
        return hyperparameter in _USED_BY_STATIC
    if not is_fine_tuned(method):
        return hyperparameter in _USED_WITHOUT_TRAINING
    return method == "lora" or hyperparameter not in _NOT_LORA
