"""The precision that a model can be trained in, found before its first step."""

from typing import Any

import torch
from transformers import PreTrainedTokenizerBase

from job import hardware
from job.forward_precision import FULL, ForwardPrecision
from training_data.model_inputs import RowCollator, inputs_for
from training_data.row_order import longest_first
from training_data.tokenised_rows import TokenisedRows

_TRIED_ROWS = 4


def precision_for(
    model: Any, tokenizer: PreTrainedTokenizerBase, train: TokenisedRows, needs_fp32: bool
) -> ForwardPrecision:
    """Tried with a pass over the longest and the shortest rows, unless it is known already that
    the model `needs_fp32`."""
    if needs_fp32:
        return ForwardPrecision(FULL)
    # Narrow weights can be computed with under autocast only.
    precision = ForwardPrecision(widen=model.float)
    if precision.name == FULL:
        return precision
    order = longest_first(train.lengths)
    rows = [train[row] for row in sorted({*order[:_TRIED_ROWS], *order[-_TRIED_ROWS:]})]
    batch = RowCollator(tokenizer)(rows).to(hardware.device())
    batch.pop("labels")
    model.to(hardware.device()).eval()

    def logits() -> torch.Tensor:
        outputs: torch.Tensor = model(**inputs_for(model, batch)).logits
        return outputs

    with torch.no_grad():
        precision.run(logits)
    return precision
