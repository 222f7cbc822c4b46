"""The manifest that PrepareData would write, without preparing anything."""


def manifest_of(resolved, failed=(), problems=()):
    """The walk-through's manifest for the candidates of a resolved request."""
    return {
        "schema_version": 2,
        "status": "rejected" if problems else "ready",
        "problems": list(problems),
        "dataset": {
            "id": "stanfordnlp/imdb",
            "revision": "e6281661ce1c48d982bc483cf8a173c1bbeb5d31",
            "fingerprint": "f" * 64,
            "text_columns": ["text"],
            "label_columns": ["label"],
            "task": "binary",
            "task_reason": "The column label has two values.",
            "labels": ["neg", "pos"],
            "positive_label": "pos",
            "rows": {"train": 22500, "validation": 2500, "test": 25000},
            "prefix": "cache/datasets/ffff/",
        },
        "models": [
            {
                "candidate": candidate["candidate"],
                "model": candidate["model"],
                "revision": "0" * 40,
                "status": "failed" if candidate["model"] in failed else "ready",
                "reason": "it is gone" if candidate["model"] in failed else None,
                "max_length": 512,
                "num_parameters": 66_955_010,
                "snapshot_prefix": "cache/models/0000/",
                "tokenised_prefix": f"cache/tokenised/{candidate['candidate']}/",
                "warnings": [],
            }
            for candidate in resolved["candidates"]
            if not candidate["model"].startswith("baseline/")
        ],
        "library_versions": {},
        "seconds": {},
    }
