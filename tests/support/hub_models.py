"""Two hundred models as a hub lists them: some of each kind that a search finds or drops."""

import hashlib
from typing import Any

from bench.orchestration.listed_model import listed_model

_SIZES = (4_400_000, 22_700_000, 66_000_000, 109_000_000, 335_000_000, 1_500_000_000)
_LICENSES = ("apache-2.0", "mit", "cc-by-nc-4.0", None)


def two_hundred_models() -> list[dict[str, Any]]:
    """Ten owners with twenty models each; the first of each owner are the most downloaded."""
    return [_model(owner, number) for number in range(20) for owner in range(10)]


def commit_of(model_id: str) -> str:
    return hashlib.sha1(model_id.encode(), usedforsecurity=False).hexdigest()


def model(model_id: str, *more_tags: str, **changes: Any) -> dict[str, Any]:
    """A listed model with tags beside the usual ones."""
    entry = listed_model(model_id, commit_of(model_id))
    return entry | {"tags": [*entry["tags"], *more_tags]} | changes


def _model(owner: int, number: int) -> dict[str, Any]:
    size = _SIZES[(owner + number) % len(_SIZES)] + 1000 * owner + number
    license_tag = _LICENSES[number % len(_LICENSES)]
    tags = ["transformers", "safetensors", "en" if owner % 5 else "de"]
    tags += [f"license:{license_tag}"] if license_tag else []
    if number % 10 == 6:
        tags.append(f"base_model:finetune:owner-{owner}/model-0")
    entry = model(
        f"owner-{owner}/model-{number}-of-{size // 1000}k",
        downloads=1_000_000 // (number + 1),
        likes=owner * 20 + number,
        safetensors={"parameters": {"F32": size}, "total": size},
    )
    return entry | {"tags": tags} | _oddity(number)


def _oddity(number: int) -> dict[str, Any]:
    return {
        7: {"gated": "auto"},
        8: {"siblings": [{"rfilename": "model.Q4_K_M.gguf"}]},
        9: {"pipeline_tag": "text-to-image"},
        11: {"library_name": "peft", "siblings": [{"rfilename": "adapter_config.json"}]},
        12: {"safetensors": None, "siblings": [{"rfilename": "pytorch_model.bin"}]},
        13: {"config": {"model_type": "new", "auto_map": {"AutoModel": "modeling.New"}}},
        14: {"config": {"model_type": "bert", "quantization_config": {"quant_method": "gptq"}}},
    }.get(number, {})
