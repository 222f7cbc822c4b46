"""Tiny sentence encoders, as sentence-transformers itself saves them."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules
from transformers import AutoTokenizer

from tests.support.tiny_models import HIDDEN_SIZE, build_tiny_model

SENTENCES = (
    "a film about a storm",
    "The music is lovely!",
    "dull",
    "an actor, a camera and a plot that never ends, although nobody in the story minds",
    "",
)


def sentence_model(
    folder: Path,
    family: str = "bert",
    pooling: str | Sequence[str] = "mean",
    layers: Sequence[torch.nn.Module] = (),
    *,
    pools_prompt: bool = True,
    prompts: Mapping[str, str] | None = None,
    default_prompt: str | None = None,
) -> Path:
    """Save a model in `folder`; `layers` come after pooling."""
    plain = build_tiny_model(family, folder.with_name(f"{folder.name}-plain"), SENTENCES)
    tokenizer = AutoTokenizer.from_pretrained(plain)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
        tokenizer.save_pretrained(plain)
    parts = [
        modules.Transformer(str(plain)),
        modules.Pooling(HIDDEN_SIZE, pooling, include_prompt=pools_prompt),
        *layers,
    ]
    whole = SentenceTransformer(
        modules=parts,
        device="cpu",
        prompts=dict(prompts or {}),
        default_prompt_name=default_prompt,
    )
    whole.save(str(folder), create_model_card=False)
    return folder


def dense(outputs: int, activation: torch.nn.Module, inputs: int = HIDDEN_SIZE) -> torch.nn.Module:
    return modules.Dense(inputs, outputs, activation_function=activation)


def normalised() -> torch.nn.Module:
    return modules.Normalize()


def layer_norm(size: int = HIDDEN_SIZE) -> torch.nn.Module:
    return modules.LayerNorm(size)


def in_older_layout(folder: Path) -> Path:
    """Move the model into 0_Transformer, and name its pooling by flags."""
    inner = folder / "0_Transformer"
    inner.mkdir()
    for path in [path for path in folder.iterdir() if path.is_file()]:
        if path.name not in ("modules.json", "config_sentence_transformers.json"):
            shutil.move(path, inner / path.name)
    parts = json.loads((folder / "modules.json").read_text())
    parts[0] |= {"path": inner.name, "type": "sentence_transformers.models.Transformer"}
    (folder / "modules.json").write_text(json.dumps(parts))
    with_flags(folder)
    return folder


def with_flags(folder: Path) -> Path:
    """Name the pooling by the flags of older files."""
    path = folder / "1_Pooling" / "config.json"
    given = json.loads(path.read_text())["pooling_mode"]
    names = {
        "pooling_mode_cls_token": "cls",
        "pooling_mode_mean_tokens": "mean",
        "pooling_mode_max_tokens": "max",
        "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    }
    flags = {flag: name in given for flag, name in names.items()}
    path.write_text(json.dumps({"word_embedding_dimension": HIDDEN_SIZE, **flags}))
    return folder


def library_vectors(folder: Path, texts: Sequence[str] = SENTENCES, **options: str):  # type: ignore[no-untyped-def]
    """What sentence-transformers gives for the texts."""
    return SentenceTransformer(str(folder), device="cpu").encode([*texts], **options)
