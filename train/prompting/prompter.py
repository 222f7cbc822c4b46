"""Asks a language model about rows: prompts, and how likely the answers are after them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prompting.answer_likelihoods import AnswerLikelihoods
from prompting.examples import NO_EXAMPLES, Examples
from prompting.prompt_tokens import PromptTokens

_WITHOUT_CONTENT = "N/A"


@dataclass(frozen=True)
class Asked:
    """What came of some rows, in their order."""

    likelihoods: NDArray[np.float64]
    """(rows, answers)"""
    cut_share: float
    """The share of the rows whose text was cut, 0..1."""
    mean_length: float
    """Tokens of a prompt."""


@dataclass(frozen=True)
class Prompter:
    tokens: PromptTokens
    likelihoods: AnswerLikelihoods

    def ask(self, rows: Sequence[Sequence[str]], examples: Examples) -> Asked:
        """Raises NoRoomError if prompts with these examples do not fit into the model's window."""
        if not rows:
            return Asked(np.zeros((0, len(self.tokens.answers))), 0.0, 0.0)
        prompts = self.tokens.of(rows, examples)
        found = self.likelihoods.of(prompts)
        return Asked(found, prompts.num_cut / len(rows), prompts.mean_length)

    def content_free(self, examples: Examples) -> NDArray[np.float64]:
        """(answers,) likelihoods after a text that says nothing.

        Examples that were chosen for a row tell of its label, which must not be subtracted: then
        they are left out.
        """
        row = (_WITHOUT_CONTENT,) * (1 + self.tokens.is_pair)
        shown = examples if examples.are_fixed else NO_EXAMPLES
        return self.ask([row], shown).likelihoods[0]
