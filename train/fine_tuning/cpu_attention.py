"""Fast attention with dropout on CPUs, where torch's fused kernel does not support dropout.

With attention dropout, torch falls back to unfused operations over the whole batch and draws one
random number for each probability. Here the operations run over as many matrices at once as fit
into the cores' caches, four probabilities share one random number, and the unused sign bit of each
probability stores whether it was dropped.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.integrations.sdpa_attention import repeat_kv, sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

NAME = "bakeoff_cpu"

# Scores to process at once: two megabytes in bf16. It does not depend on the number of threads,
# because the parts determine the random numbers.
SCORES_AT_ONCE = 2**20

_LANES = {2: torch.int16, 4: torch.int32}


def use_in(model: PreTrainedModel) -> None:
    """Replace torch's fused attention, if the model would use it."""
    AttentionInterface.register(NAME, attention_forward)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    if model.config._attn_implementation == "sdpa":
        model.set_attn_implementation(NAME)


def attention_forward(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    is_causal: bool | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """The function in the form that transformers' models call: it takes (rows, heads, tokens,
    width) and returns (rows, tokens, heads, width). Without dropout it calls torch."""
    if is_causal is None:
        is_causal = getattr(module, "is_causal", True)
    if dropout == 0.0 or query.element_size() not in _LANES:
        return sdpa_attention_forward(
            module,
            query,
            key,
            value,
            attention_mask,
            dropout=dropout,
            scaling=scaling,
            is_causal=is_causal,
            **kwargs,
        )
    groups = query.shape[1] // key.shape[1]
    key, value = repeat_kv(key, groups), repeat_kv(value, groups)
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    if is_causal and attention_mask is None and query.shape[2] > 1:
        shape = (1, 1, query.shape[2], key.shape[2])
        attention_mask = torch.ones(shape, dtype=torch.bool).tril()
    output = dropout_attention(query, key, value, attention_mask, dropout, scale)
    return output.transpose(1, 2).contiguous(), None


def dropout_attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    mask: torch.Tensor | None,
    dropout: float,
    scale: float,
    scores_at_once: int = SCORES_AT_ONCE,
) -> torch.Tensor:
    """softmax(scale * query @ key.T) with dropout, @ value; all (rows, heads, tokens, width).

    `mask` broadcasts to (rows, heads, queries, keys): True, or a number to add, where attended.
    `dropout` is rounded to a multiple of 2**-15.
    """
    return _DropoutAttention.apply(query, key, value, mask, dropout, scale, scores_at_once)


class _DropoutAttention(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        mask: torch.Tensor | None,
        dropout: float,
        scale: float,
        scores_at_once: int,
    ) -> torch.Tensor:
        parts = list(_parts(query, key, scores_at_once))
        # Takes half the time of torch's own generator, which is single-threaded as well.
        chance = np.random.Generator(np.random.SFC64(int(torch.randint(2**63 - 1, ()))))
        output = torch.empty_like(query, memory_format=torch.contiguous_format)
        signed = []
        # Autocast would compute the softmax in fp32, with twice the memory.
        with torch.autocast("cpu", enabled=False):
            for part in parts:
                scores = (query[part] * scale) @ key[part].transpose(-1, -2)
                if mask is not None:
                    _apply(mask, part, scores)
                probabilities = _drop_(torch.softmax(scores, dim=-1), dropout, chance)
                output[part] = torch.relu(probabilities) @ value[part]
                signed.append(probabilities)
        ctx.save_for_backward(query, key, value, *signed)
        ctx.parts, ctx.scale, ctx.kept = parts, scale, 1 / (1 - dropout)
        return output.mul_(ctx.kept)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        query, key, value, *signed = ctx.saved_tensors
        gradient = gradient * ctx.kept
        to_query, to_key, to_value = (torch.empty_like(of) for of in (query, key, value))
        for part, probabilities in zip(ctx.parts, signed, strict=True):
            to_value[part] = torch.relu(probabilities).transpose(-1, -2) @ gradient[part]
            to_kept = gradient[part] @ value[part].transpose(-1, -2)
            to_kept = torch.ops.aten.threshold_backward(to_kept, probabilities, 0)
            to_scores = torch._softmax_backward_data(
                to_kept, probabilities.abs(), -1, probabilities.dtype
            )
            to_query[part] = to_scores @ key[part]
            to_key[part] = to_scores.transpose(-1, -2) @ query[part]
        return to_query.mul_(ctx.scale), to_key.mul_(ctx.scale), to_value, *[None] * 4


def _parts(
    query: torch.Tensor, key: torch.Tensor, scores_at_once: int
) -> Iterator[tuple[slice, slice]]:
    """Slices of rows and heads with at most SCORES_AT_ONCE scores, but at least one matrix."""
    rows, heads, queries, _ = query.shape
    matrices = max(1, scores_at_once // (queries * key.shape[2]))
    heads_at_once = min(matrices, heads)
    rows_at_once = max(1, matrices // heads)
    for row in range(0, rows, rows_at_once):
        for head in range(0, heads, heads_at_once):
            yield slice(row, row + rows_at_once), slice(head, head + heads_at_once)


def _apply(mask: torch.Tensor, part: tuple[slice, slice], scores: torch.Tensor) -> None:
    rows, heads = part
    of_part = mask[rows if mask.shape[0] > 1 else slice(None)]
    of_part = of_part[:, heads if mask.shape[1] > 1 else slice(None)]
    if mask.dtype == torch.bool:
        # Not minus infinity, with which a query without any key would turn everything into NaN.
        scores.masked_fill_(~of_part, torch.finfo(scores.dtype).min)
    else:
        scores += of_part


def _drop_(
    probabilities: torch.Tensor, dropout: float, chance: np.random.Generator
) -> torch.Tensor:
    """Set, in place, the sign bit of each dropped probability.

    The lowest 15 bits of each lane, plus the dropout as a share of 2**15, reach the 16th bit as
    often as the dropout says; lanes do not overflow into each other.
    """
    lane = _LANES[probabilities.element_size()]
    width = 8 * probabilities.element_size()
    lanes = 64 // width
    count = probabilities.numel()
    drawn = chance.integers(-(2**63), 2**63, -(-count // lanes), dtype=np.int64)
    bits = torch.from_numpy(drawn)
    bits.bitwise_and_(_in_each_lane(2**15 - 1, width)).add_(
        _in_each_lane(round(dropout * 2**15), width)
    )
    bits.bitwise_and_(_in_each_lane(2**15, width))
    if width > 16:
        bits.bitwise_left_shift_(width - 16)
    signs = bits.view(lane)[:count].view(probabilities.shape)
    probabilities.view(lane).bitwise_or_(signs)
    return probabilities


def _in_each_lane(number: int, width: int) -> int:
    """The number repeated over 64 bits, as a signed integer."""
    repeated = sum(number << shift for shift in range(0, 64, width))
    return repeated - 2**64 if repeated >= 2**63 else repeated
