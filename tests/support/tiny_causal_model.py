"""A causal language model with room for prompts: random weights, a tokeniser of its own."""

import random
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    GraniteConfig,
    GraniteForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

WINDOW = 512
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "<|start|>{{ message['role'] }}\n{{ message['content'] | trim }}<|end|>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)
_SEED = 7
_SPECIAL = ("<|start|>", "<|end|>")
_FAMILIES = {
    "llama": (LlamaConfig, LlamaForCausalLM),
    "granite": (GraniteConfig, GraniteForCausalLM),
}


def build_tiny_causal_model(
    folder: Path,
    sentences: Sequence[str],
    *,
    chat_template: str | None = None,
    family: str = "llama",
) -> Path:
    """Save the model and its tokeniser, learnt from `sentences`; return `folder`.

    `family` is "llama", or "granite", for which there is no classification head.
    """
    tokenizer = _tokenizer(sentences)
    tokenizer.chat_template = chat_template
    of_family, model_of = _FAMILIES[family]
    config = of_family(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=WINDOW,
        # Larger than usual, so that what a random model says depends on what it reads.
        initializer_range=0.2,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    torch_state = torch.random.get_rng_state()
    torch.manual_seed(_SEED)
    model = model_of(config)
    torch.random.set_rng_state(torch_state)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokenizer(sentences: Sequence[str]) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=list(_SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(sentences, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=WINDOW,
        bos_token="<|start|>",
        eos_token="<|end|>",
        pad_token="<|end|>",
    )


def build_taught_model(folder: Path, told: Sequence[tuple[str, str]], *, steps: int = 200) -> Path:
    """A tiny model that has learnt to continue each of the texts `told` with its answer."""
    build_tiny_causal_model(folder, [f"{text} {answer}" for text, answer in told])
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    model = LlamaForCausalLM.from_pretrained(folder)
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    chance = random.Random(_SEED)
    for _ in range(steps):
        chosen = chance.choices(told, k=16)
        texts, answers = (
            tokenizer([each[part] for each in chosen])["input_ids"] for part in (0, 1)
        )
        length = max(len(text) + len(answer) for text, answer in zip(texts, answers, strict=True))
        tokens = torch.full((len(chosen), length), tokenizer.pad_token_id)
        labels = torch.full_like(tokens, -100)
        for row, (text, answer) in enumerate(zip(texts, answers, strict=True)):
            end = len(text) + len(answer)
            tokens[row, :end] = torch.tensor([*text, *answer])
            labels[row, len(text) : end] = torch.tensor(answer)
        optimiser.zero_grad()
        model(tokens, labels=labels).loss.backward()
        optimiser.step()
    model.save_pretrained(folder)
    return folder
