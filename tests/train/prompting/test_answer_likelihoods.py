"""What a cache and padding must not change: how likely answers are after a prompt."""

import numpy as np
import pytest
import torch

from prompting.answer_likelihoods import AnswerLikelihoods
from prompting.language_model import LanguageModel
from prompting.prompt_tokens import Prompts
from tests.support.tiny_causal_model import build_tiny_causal_model

SENTENCES = ["a superb film, warm and moving", "a dreadful plot, dull and clumsy"]
# Of one token and of several; the second and the third begin alike.
ANSWERS = [[11], [12, 13], [12, 14, 15], [16, 17]]
PROMPTS = Prompts((40, 41, 42, 43), [[50, 51], [52, 53, 54, 55, 56], [57]], 0)


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> LanguageModel:
    folder = build_tiny_causal_model(tmp_path_factory.mktemp("model"), SENTENCES)
    return LanguageModel.load(folder, allow_remote_code=False, precision="fp32")


def one_by_one(model: LanguageModel) -> np.ndarray:
    """Each answer after each prompt in a pass of its own, without a cache or padding."""
    found = np.empty((len(PROMPTS.rests), len(ANSWERS)))
    for row, rest in enumerate(PROMPTS.rests):
        for column, answer in enumerate(ANSWERS):
            prompt = [*PROMPTS.shared, *rest]
            with torch.inference_mode():
                logits = model.network(torch.tensor([[*prompt, *answer]])).logits[0]
            of_answer = torch.log_softmax(logits, dim=-1)[len(prompt) - 1 : -1]
            found[row, column] = of_answer[range(len(answer)), answer].mean()
    return found


@pytest.mark.parametrize("batch_size", [1, 64])
def test_they_are_those_of_each_answer_by_itself(model, batch_size):
    likelihoods = AnswerLikelihoods(model, ANSWERS, batch_size)
    assert likelihoods.of(PROMPTS) == pytest.approx(one_by_one(model), abs=1e-5)
    # What prompts begin with is not read again.
    assert likelihoods.of(PROMPTS) == pytest.approx(one_by_one(model), abs=1e-5)


def test_answers_are_read_in_parts_where_memory_is_short(model, monkeypatch):
    monkeypatch.setattr("prompting.answer_likelihoods._MOST_BYTES", 1)
    likelihoods = AnswerLikelihoods(model, ANSWERS, 64)
    assert likelihoods.of(PROMPTS) == pytest.approx(one_by_one(model), abs=1e-5)
