"""Batches of tokenised rows, and the part of them that a model's forward takes."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import BatchEncoding, PreTrainedTokenizerBase


@dataclass(frozen=True)
class RowCollator:
    """Pads rows to the longest, on the tokeniser's padding side.

    The attention mask is always made, also for tokenisers that give none, such as FNet's: it says
    which tokens are padding.
    """

    tokenizer: PreTrainedTokenizerBase
    pad_to_multiple_of: int | None = None

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> BatchEncoding:
        return self.tokenizer.pad(
            {name: [row[name] for row in rows] for name in rows[0]},
            pad_to_multiple_of=self.pad_to_multiple_of,
            return_attention_mask=True,
            return_tensors="pt",
        )


def inputs_for(
    model: torch.nn.Module, batch: Mapping[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """The batch without its attention mask if the model's forward does not take one."""
    # An adapted model of peft takes whatever it is given and passes it on.
    base: Any = getattr(model, "get_base_model", None)
    whole = model if base is None else base()
    parameters = inspect.signature(type(whole).forward).parameters
    takes_mask = "attention_mask" in parameters or any(
        parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()
    )
    return {name: each for name, each in batch.items() if takes_mask or name != "attention_mask"}
