"""The method lora: trains small matrices beside the linear layers, with the peft library."""

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from job.training_config import TrainingConfig

if TYPE_CHECKING:
    from peft import PeftModel

# peft takes seconds to import, and most jobs do not need it.


def with_adapters(model: PreTrainedModel, config: TrainingConfig) -> "PeftModel":
    """Add adapters beside every linear layer of the model's body, and freeze the rest of the body.

    This is one rule for all families, while peft's default differs for each. The head is new, so
    all of it is trained. Raises ValueError if there is no such layer.
    """
    layers = _linear_layers(model)
    if not layers:
        raise ValueError(
            f"the method lora puts adapters beside linear layers, and a {type(model).__name__} has "
            "none below its head: use the method full or frozen"
        )
    from peft import LoraConfig, PeftModelForSequenceClassification, TaskType

    recipe = config.recipe
    return PeftModelForSequenceClassification(
        model,
        LoraConfig(
            task_type=TaskType.SEQ_CLS,
            r=recipe.lora_rank,
            lora_alpha=recipe.lora_alpha,
            lora_dropout=recipe.lora_dropout,
            target_modules=layers,
            # How GPT-2's linear layers lay out their weights.
            fan_in_fan_out=any(isinstance(module, Conv1D) for module in model.modules()),
            modules_to_save=_head_modules(model),
        ),
    )


def load_adapters(model: "PeftModel", checkpoint: Path) -> None:
    """Replace the model's adapters and head by those of a checkpoint."""
    from peft import load_peft_weights, set_peft_model_state_dict

    set_peft_model_state_dict(model, load_peft_weights(str(checkpoint), device="cpu"))


def merged(model: "PeftModel") -> PreTrainedModel:
    """A model without adapters; their weights are added to those of the layers, in 32 bits.

    `model` cannot be used afterwards.
    """
    whole: PreTrainedModel = model.float().merge_and_unload()
    return whole


def num_parameters(model: torch.nn.Module) -> int:
    """The number of parameters, without those of adapters."""
    extra = (".lora_", ".original_module.")
    return sum(
        weight.numel()
        for name, weight in model.named_parameters()
        if not any(part in name for part in extra)
    )


def _linear_layers(model: PreTrainedModel) -> list[str]:
    """The names of the linear layers; GPT-2's are called Conv1D."""
    body = model.base_model_prefix
    return [
        name
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear | Conv1D) and name.split(".")[0] == body
    ]


def _head_modules(model: PreTrainedModel) -> list[str]:
    return [
        name
        for name, child in model.named_children()
        if name != model.base_model_prefix and any(True for _ in child.parameters())
    ]
