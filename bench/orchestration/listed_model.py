"""A made-up model as the hub lists it."""

from typing import Any


def listed_model(model_id: str, commit: str, **changes: Any) -> dict[str, Any]:
    """A small English encoder, with these members changed."""
    entry = {
        "_id": commit,
        "id": model_id,
        "sha": commit,
        "private": False,
        "gated": False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "trendingScore": 0,
        "tags": ["transformers", "safetensors", "bert", "en", "license:apache-2.0"],
        "pipeline_tag": "fill-mask",
        "library_name": "transformers",
        "config": {"model_type": "bert", "architectures": ["BertForMaskedLM"]},
        "safetensors": {"parameters": {"F32": 20_000_000}, "total": 20_000_000},
        "siblings": [{"rfilename": "config.json"}, {"rfilename": "model.safetensors"}],
        "createdAt": "2024-01-01T00:00:00.000Z",
        "lastModified": "2024-01-01T00:00:00.000Z",
    }
    return entry | changes
