"""Checkpoints whose tokeniser is a sentencepiece model only, as they were published."""

import io
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from transformers import AutoModel, PretrainedConfig

TEXTS = [f"the film number {n} was a superb story with lovely music" for n in range(40)]
BERT_PIECES = {"bos_piece": "[CLS]", "eos_piece": "[SEP]"}
_ALBERT = {**BERT_PIECES, "pad_id": 0, "unk_id": 1, "bos_id": 2, "eos_id": 3}
_DEBERTA = {
    **BERT_PIECES,
    **{"pad_id": 0, "unk_id": 3, "bos_id": 1, "eos_id": 2},
    **{"pad_piece": "[PAD]", "unk_piece": "[UNK]"},
}
PIECES: dict[str, dict[str, Any]] = {
    "albert": {**_ALBERT, "control_symbols": ["[MASK]"]},
    "deberta": {**_DEBERTA, "user_defined_symbols": ["[MASK]"]},
    "t5": {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1},
}


def sentencepiece_model(pieces: dict[str, Any]) -> bytes:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS),
        model_writer=model,
        vocab_size=60,
        hard_vocab_limit=False,
        num_threads=1,
        minloglevel=2,
        **pieces,
    )
    return model.getvalue()


def save_sentencepiece_model(
    folder: Path, config: PretrainedConfig, name: str, pieces: dict[str, Any]
) -> Path:
    """A model with random weights, beside the tokeniser's file and no other."""
    state = torch.random.get_rng_state()
    torch.manual_seed(7)
    AutoModel.from_config(config).save_pretrained(folder)
    torch.random.set_rng_state(state)
    (folder / name).write_bytes(sentencepiece_model(pieces))
    return folder
