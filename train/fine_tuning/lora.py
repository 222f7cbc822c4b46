"""The method lora: small matrices beside the linear layers are trained, by the peft library."""

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from job.training_config import TrainingConfig

if TYPE_CHECKING:
    from peft import PeftModel

# peft takes seconds to import, and most jobs do without it.


def with_adapters(model: PreTrainedModel, config: TrainingConfig) -> "PeftModel":
    """The model with adapters beside every linear layer of its body, all else of which is fixed.

    One rule for all families; peft's own choice is another set of layers for each. The head is new,
    so it is trained whole.
    """
    from peft import LoraConfig, PeftModelForSequenceClassification, TaskType

    recipe = config.recipe
    return PeftModelForSequenceClassification(
        model,
        LoraConfig(
            task_type=TaskType.SEQ_CLS,
            r=recipe.lora_rank,
            lora_alpha=recipe.lora_alpha,
            lora_dropout=recipe.lora_dropout,
            target_modules=_linear_layers(model),
            # How GPT-2's linear layers lay out their weights.
            fan_in_fan_out=any(isinstance(module, Conv1D) for module in model.modules()),
            modules_to_save=_head_modules(model),
        ),
    )


def load_adapters(model: "PeftModel", checkpoint: Path) -> None:
    """Put a checkpoint's adapters and head in place of the model's."""
    from peft import load_peft_weights, set_peft_model_state_dict

    set_peft_model_state_dict(model, load_peft_weights(str(checkpoint), device="cpu"))


def merged(model: "PeftModel") -> PreTrainedModel:
    """A model as it was before `with_adapters`, with what the adapters learnt added to its weights.

    `model` cannot be used any more.
    """
    whole: PreTrainedModel = model.merge_and_unload()
    return whole


def num_parameters(model: torch.nn.Module) -> int:
    """Of the model that `merged` makes; of a model without adapters all."""
    extra = (".lora_", ".original_module.")
    return sum(
        weight.numel()
        for name, weight in model.named_parameters()
        if not any(part in name for part in extra)
    )


def _linear_layers(model: PreTrainedModel) -> list[str]:
    """Conv1D is what GPT-2 calls a linear layer."""
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
