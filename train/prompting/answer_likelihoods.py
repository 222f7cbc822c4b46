"""How likely each answer is after each of many prompts.

What all prompts begin with is read once, and its keys and values are kept. So are those of each
prompt, after which all answers are read together.
"""

import copy
import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import Cache

from fine_tuning.micro_batches import Inputs, MicroBatches
from job import hardware
from prompting.language_model import LanguageModel
from prompting.prompt_frame import Tokens
from prompting.prompt_tokens import Prompts

# Of the numbers between layers there are tens for each token, and more of shorter prompts at once
# are hardly faster.
_MOST_TOKENS = 8192
# For keys, values and logits of the answers, beside the weights.
_MOST_BYTES = 1_000_000_000
_BYTES_PER_LOGIT = 8


@dataclass
class AnswerLikelihoods:
    """The answers of one job; they may have several tokens each."""

    model: LanguageModel
    answers: Sequence[Tokens]
    batch_size: int
    """Prompts of similar length that are computed at once, if memory suffices."""
    _memory: MicroBatches = field(default_factory=MicroBatches, init=False)
    _kept: tuple[tuple[int, ...], str, Cache] | None = field(default=None, init=False)
    """What prompts began with last, the precision then, and its keys and values."""

    def of(self, prompts: Prompts) -> NDArray[np.float64]:
        """(rows, answers) the mean log-likelihood of an answer's tokens after the prompt."""
        rests = prompts.rests
        order = np.argsort([-len(rest) for rest in rests], kind="stable")
        found = np.empty((len(rests), len(self.answers)))
        start = 0
        while start < len(order):
            longest = len(rests[order[start]])
            numbers = order[start : start + self._num_rows(longest, len(prompts.shared))]
            batch = _padded([rests[number] for number in numbers])
            parts = self._memory.run(batch, lambda part: self._of_part(prompts.shared, part))
            found[numbers] = torch.cat(parts).numpy()
            start += len(numbers)
        return found / np.array([len(answer) for answer in self.answers])

    def _num_rows(self, longest: int, shared: int) -> int:
        """How many rows are computed at once, at least 1."""
        by_tokens = _MOST_TOKENS // longest
        by_bytes = _MOST_BYTES // ((longest + shared) * self._bytes_per_token)
        return max(1, min(self.batch_size, by_tokens, by_bytes))

    @property
    def _bytes_per_token(self) -> int:
        """Of keys and values."""
        config = self.model.network.config.get_text_config(decoder=True)
        width = config.hidden_size
        heads = getattr(config, "num_attention_heads", None) or 1
        head = getattr(config, "head_dim", None) or width // heads
        kept_heads = getattr(config, "num_key_value_heads", None) or heads
        item = self.model.network.dtype.itemsize
        return int(2 * config.num_hidden_layers * kept_heads * head * item)

    def _of_part(self, shared: tuple[int, ...], part: Inputs) -> torch.Tensor:
        """(rows, answers) sums over the answers' tokens, in this process's memory."""
        device = hardware.device()
        tokens, mask = part["input_ids"].to(device), part["attention_mask"].to(device)
        return self.model.run(lambda: self._sums(shared, tokens, mask)).double().cpu()

    def _sums(
        self, shared: tuple[int, ...], tokens: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        before = torch.ones((len(mask), len(shared)), dtype=mask.dtype, device=mask.device)
        mask = torch.cat([before, mask], dim=1)
        cache = _repeated(self._cache_of(shared), len(tokens))
        logits, cache = self._read(tokens, mask, cache, last_only=True)
        of_first = torch.log_softmax(logits[:, -1].float(), dim=-1)
        firsts = torch.tensor([answer[0] for answer in self.answers], device=tokens.device)
        sums = of_first[:, firsts]
        longer = [number for number, answer in enumerate(self.answers) if len(answer) > 1]
        step = self._num_answers(len(tokens), mask.shape[1], logits.shape[-1])
        for start in range(0, len(longer), step):
            numbers = longer[start : start + step]
            sums[:, numbers] += self._of_further(numbers, mask, cache)
        return sums

    def _num_answers(self, rows: int, length: int, vocabulary: int) -> int:
        """How many answers are read at once after so many rows, at least 1."""
        longest = max(map(len, self.answers))
        of_cache = (length + longest) * self._bytes_per_token
        of_logits = longest * vocabulary * _BYTES_PER_LOGIT
        return int(max(1, _MOST_BYTES // (rows * (of_cache + of_logits))))

    def _of_further(self, numbers: Sequence[int], mask: torch.Tensor, cache: Cache) -> torch.Tensor:
        """(rows, numbers) sums over all tokens but the first of each of these answers."""
        rows, device = len(mask), mask.device
        given = _padded([self.answers[number][:-1] for number in numbers], "right")
        wanted = _padded([self.answers[number][1:] for number in numbers], "right")
        tokens = given["input_ids"].to(device).repeat(rows, 1)
        targets = wanted["input_ids"].to(device).repeat(rows, 1)
        counts = given["attention_mask"].to(device).repeat(rows, 1)
        whole = torch.cat([mask.repeat_interleave(len(numbers), dim=0), counts], dim=1)
        logits, _ = self._read(tokens, whole, _repeated(cache, len(numbers)))
        logits = logits.float()
        of_targets = logits.gather(-1, targets[..., None])[..., 0] - logits.logsumexp(-1)
        return (of_targets * counts).sum(dim=1).reshape(rows, len(numbers))

    def _cache_of(self, shared: tuple[int, ...]) -> Cache:
        """The keys and values of what prompts begin with."""
        precision = self.model.precision
        if self._kept is None or self._kept[:2] != (shared, precision):
            self._kept = None
            tokens = torch.tensor([shared], device=hardware.device())
            _, cache = self._read(tokens, torch.ones_like(tokens), None, last_only=True)
            self._kept = shared, precision, cache
        return self._kept[2]

    def _read(
        self,
        tokens: torch.Tensor,
        mask: torch.Tensor,
        cache: Cache | None,
        *,
        last_only: bool = False,
    ) -> tuple[torch.Tensor, Cache]:
        """The logits after `tokens`, or after the last of them only, and the cache with them.

        `mask` (rows, tokens so far) is 0 at padding.
        """
        places = (mask.cumsum(dim=1) - 1).clamp(min=0)[:, -tokens.shape[1] :]
        known = inspect.signature(self.model.network.forward).parameters
        asked: dict[str, Any] = {"position_ids": places}
        if last_only:
            asked["logits_to_keep"] = 1
        outputs = self.model.network(
            input_ids=tokens,
            attention_mask=mask,
            past_key_values=cache,
            use_cache=True,
            **{name: value for name, value in asked.items() if name in known},
        )
        return outputs.logits, outputs.past_key_values


def _repeated(cache: Cache, times: int) -> Cache:
    """A copy in which each row stands so many times; reading on changes a cache."""
    copied = copy.deepcopy(cache)
    copied.batch_repeat_interleave(times)
    return copied


def _padded(rows: Sequence[Tokens], side: str = "left") -> dict[str, torch.Tensor]:
    """Rows made equally long on this side. What stands at padding makes no difference."""
    longest = max(map(len, rows))
    tokens = torch.zeros((len(rows), longest), dtype=torch.long)
    mask = torch.zeros_like(tokens)
    for number, row in enumerate(rows):
        place = slice(longest - len(row), None) if side == "left" else slice(len(row))
        tokens[number, place] = torch.tensor(row)
        mask[number, place] = 1
    return {"input_ids": tokens, "attention_mask": mask}
