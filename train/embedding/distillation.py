"""Static embeddings distilled from an encoder: what it makes of each token of its vocabulary.

The steps and their numbers are those of model2vec (https://github.com/MinishLab/model2vec). Each
token goes through the encoder by itself. The vectors are reduced to their principal components,
which also takes away what they have in common. Frequent tokens count less, by the smooth inverse
frequency of Arora et al., "A Simple but Tough-to-Beat Baseline for Sentence Embeddings" (2017); the
frequencies are those of Zipf's law, because vocabularies are in the order of frequency.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BatchEncoding, PreTrainedTokenizerBase

from embedding.static_embeddings import StaticEmbeddings
from embedding.text_encoder import TextEncoder
from fine_tuning.micro_batches import MicroBatches
from job import hardware
from model.static_table import StaticTable, bare, num_tokens
from tokeniser.special_tokens import Frame

MOST_NUMBERS = 256
"""Of a vector."""
_SMOOTHING = 1e-4
_BATCH_TOKENS = 256
# Places that BERT's vocabularies keep free.
_UNUSED = re.compile(r"\[unused\d+\]")


def distilled(encoder: TextEncoder) -> StaticEmbeddings:
    """Special tokens, and tokens that stand for nothing, get zeros."""
    backend = encoder.tokenizer.backend_tokenizer
    tokens = _tokens_of_texts(encoder.tokenizer)
    vectors = reduced(_vectors(encoder, tokens)) * rarity(len(tokens))[:, None]
    table = np.zeros((num_tokens(backend), vectors.shape[1]), np.float32)
    # Rounded as they are saved, so that the saved model is the one that was scored.
    table[tokens] = vectors.astype(np.float16)
    return StaticEmbeddings(
        bare(backend), StaticTable(table), is_normalised=True, max_length=encoder.usage.max_length
    )


def reduced(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(rows, at most MOST_NUMBERS) the principal components of (rows, numbers)."""
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    # The last directions are those of the largest variance.
    return np.asarray(centred @ directions[:, ::-1][:, :MOST_NUMBERS].astype(np.float32))


def rarity(num_ranks: int) -> NDArray[np.float64]:
    """(num_ranks,) a / (a + p) of tokens by their rank, of which the first is the most frequent.

    p is in inverse proportion to the rank, counted from 2 as model2vec does.
    """
    shares = 1 / np.arange(2, num_ranks + 2)
    return np.asarray(_SMOOTHING / (_SMOOTHING + shares / shares.sum()))


def _tokens_of_texts(tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """Their numbers, ascending."""
    added = tokenizer.added_tokens_decoder
    special = {*tokenizer.all_special_ids, *(each for each in added if added[each].special)}
    return sorted(
        number
        for token, number in tokenizer.get_vocab().items()
        if number not in special and not _UNUSED.fullmatch(token)
    )


def _vectors(encoder: TextEncoder, tokens: Sequence[int]) -> NDArray[np.float32]:
    """(tokens, numbers) what the encoder gives for each token, framed as a text is."""
    whole = replace(encoder.usage, prompt="")
    reader = replace(encoder, usage=whole)
    memory, parts = MicroBatches(), []
    for batch in _batches(encoder.tokenizer, tokens):
        inputs = {name: each.to(hardware.device()) for name, each in batch.items()}
        parts += [vectors for (vectors,) in memory.run(inputs, reader.of_batch)]
    return np.concatenate([part.numpy() for part in parts])


def _batches(tokenizer: PreTrainedTokenizerBase, tokens: Sequence[int]) -> Iterator[BatchEncoding]:
    backend = tokenizer.backend_tokenizer
    backend.no_padding()
    frame = Frame.of(backend, is_pair=False)
    places = (None,) if frame is None else frame.tokens
    for start in range(0, len(tokens), _BATCH_TOKENS):
        numbers = torch.tensor(
            [
                [token if place is None else place for place in places]
                for token in tokens[start : start + _BATCH_TOKENS]
            ]
        )
        yield BatchEncoding({"input_ids": numbers, "attention_mask": torch.ones_like(numbers)})
