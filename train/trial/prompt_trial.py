"""Tries a language model on a few tokens, as the method prompt reads them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import torch
from numpy.typing import NDArray

from embedding.text_encoder import is_causal
from limits.out_of_memory import is_out_of_memory
from model.causal_model import check_causal, not_causal
from model.model_files import ModelError
from model.model_weights import why
from prompting.answer_likelihoods import AnswerLikelihoods
from prompting.language_model import LanguageModel
from prompting.prompt_frame import Tokens
from prompting.prompt_tokens import Prompts

_NUM_TOKENS = 24
# Rounding errors of fp32 are far smaller, and a wrong position makes far more.
_TOLERANCE = 1e-2


@dataclass(frozen=True)
class PromptTrial:
    """`model` and `rows` (trial_rows.py) as preparation leaves them.

    Without `has_weights` only the model's files are checked.
    """

    model: Path
    rows: Path
    has_weights: bool
    allow_remote_code: bool

    def run(self) -> None:
        """Raises ModelError if a job with the method prompt would fail, or be wrong."""
        check_causal(self.model, allow_remote_code=self.allow_remote_code)
        if not self.has_weights:
            return
        model = LanguageModel.load(
            self.model, allow_remote_code=self.allow_remote_code, precision="fp32"
        )
        tokens = self._tokens()
        answers = [tokens[:1], tokens[1:4]]
        prompts = Prompts(tuple(tokens[:4]), [tokens[4:], tokens[4:9]], 0)
        try:
            if not is_causal(model.network.base_model, len(model.tokenizer)):
                raise not_causal(str(model.network.config.model_type))
            together = AnswerLikelihoods(model, answers, batch_size=2).of(prompts)
            apart = _one_by_one(model, prompts, answers)
        except Exception as error:
            if is_out_of_memory(error) or isinstance(error, ModelError):
                raise
            reason = why(self.model, error)
            raise ModelError(f"It fails on this run's texts: {reason}.") from error
        if not np.isfinite(apart).all():
            raise ModelError(
                "Its outputs for this run's texts are not finite numbers (NaN or infinity), "
                "although its weights are: its config.json is probably not that of its weights."
            )
        if not np.allclose(together, apart, rtol=0, atol=_TOLERANCE):
            raise ModelError(
                "It gives other numbers where texts are read together, padded and with a cache, "
                "than where each is read by itself, so that its answers could not be trusted: use "
                "another model."
            )

    def _tokens(self) -> Tokens:
        """Of the longest row, again and again if it is short."""
        rows: list[Tokens] = pq.read_table(self.rows)["input_ids"].to_pylist()
        longest = max(rows, key=len)
        return (longest * _NUM_TOKENS)[:_NUM_TOKENS]


def _one_by_one(
    model: LanguageModel, prompts: Prompts, answers: list[Tokens]
) -> NDArray[np.float64]:
    """As AnswerLikelihoods.of, each answer in a pass of its own."""
    found = np.empty((len(prompts.rests), len(answers)))
    for row, rest in enumerate(prompts.rests):
        for column, answer in enumerate(answers):
            prompt = [*prompts.shared, *rest]
            tokens = torch.tensor([[*prompt, *answer]], device=model.network.device)
            with torch.inference_mode():
                logits = model.network(tokens, use_cache=False).logits[0].float().cpu()
            of_answer = torch.log_softmax(logits, dim=-1)[len(prompt) - 1 : -1]
            found[row, column] = of_answer[range(len(answer)), answer].mean()
    return found
