"""A causal language model, loaded to read texts and not to learn."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, PreTrainedModel, PreTrainedTokenizerBase

from job import hardware
from limits.out_of_memory import is_out_of_memory
from model.model_tokenizer import own_max_length
from training_data.prepared_tokenizer import load_prepared_tokenizer

_TYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
_FULL = "fp32"
# Models without positions read texts of any length; memory does not.
_WINDOW_WITHOUT_LIMIT = 4096
_MOST_CHARACTERS = 150


@dataclass
class LanguageModel:
    """A model with its tokeniser; `precision` changes to fp32 with the first pass that fails or
    overflows in a narrower one."""

    network: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    precision: str
    """"bf16", "fp16" or "fp32", in which weights are kept, too."""
    notes: list[str] = field(default_factory=list)
    """A sentence for people once `precision` has changed."""

    @classmethod
    def load(
        cls, folder: Path, *, allow_remote_code: bool, precision: str | None = None
    ) -> "LanguageModel":
        """Load a snapshot; `precision` is that of the hardware if it is None."""
        precision = precision or hardware.precision()
        network = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=_TYPES[precision],
            # Not by way of the processor's memory, which is often smaller than a GPU's.
            device_map=hardware.device().type,
            trust_remote_code=allow_remote_code,
        )
        network.eval()
        tokenizer = load_prepared_tokenizer(folder, allow_remote_code=allow_remote_code)
        return cls(network, tokenizer, precision)

    @property
    def window(self) -> int:
        """The most tokens that it reads at once."""
        return own_max_length(self.network.config, self.tokenizer) or _WINDOW_WITHOUT_LIMIT

    @property
    def num_parameters(self) -> int:
        return sum(weight.numel() for weight in self.network.parameters())

    def run(self, compute: Callable[[], torch.Tensor]) -> torch.Tensor:
        """What `compute` gives with the network, a second time in fp32 if it is not finite."""
        with torch.inference_mode():
            if self.precision == _FULL:
                return compute()
            try:
                found = compute()
                if torch.isfinite(found).all():
                    return found
                reason = "its outputs were not finite"
            except RuntimeError as error:
                if is_out_of_memory(error):
                    raise
                reason = " ".join(str(error).split())[:_MOST_CHARACTERS]
            self.notes.append(
                f"It was computed in {_FULL}, which is slower, because it cannot be in "
                f"{self.precision}: {reason}."
            )
            self.precision = _FULL
            self.network.float()
            return compute()
