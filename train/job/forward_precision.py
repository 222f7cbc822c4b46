"""The precision of a model's forward passes: the hardware's, or fp32 where a model needs it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from job import hardware
from limits.out_of_memory import is_out_of_memory

FULL = "fp32"
_MOST_CHARACTERS = 150


@dataclass
class ForwardPrecision:
    """`name` changes to fp32 with the first pass that fails or overflows in a narrower one."""

    name: str = field(default_factory=lambda: hardware.precision())
    """"bf16", "fp16" or "fp32"."""
    notes: list[str] = field(default_factory=list)
    """A sentence for people once `name` has changed."""
    widen: Callable[[], object] = lambda: None
    """Gives weights that are kept in a narrow type numbers of 32 bits, before a pass in fp32."""

    @property
    def has_changed(self) -> bool:
        return bool(self.notes)

    def run(self, forward: Callable[[], torch.Tensor]) -> torch.Tensor:
        """The outputs of `forward`, which runs a second time if they are not finite."""
        if self.name == FULL:
            return forward()
        try:
            with hardware.autocast(self.name):
                outputs = forward()
            if torch.isfinite(outputs).all():
                return outputs
            reason = "its outputs were not finite"
        except RuntimeError as error:
            if is_out_of_memory(error):
                raise
            reason = " ".join(str(error).split())[:_MOST_CHARACTERS]
        self.widen()
        outputs = forward()
        # Otherwise the fault is not that of the precision.
        if torch.isfinite(outputs).all():
            self.notes.append(
                f"It was computed in {FULL}, which is slower, because it cannot be in {self.name}: "
                f"{reason}."
            )
            self.name = FULL
        return outputs
