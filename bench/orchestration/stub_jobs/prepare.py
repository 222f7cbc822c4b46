"""A processing job's manifest.json, at once: as if every model had been fetched and tokenised."""

import argparse
import json
from pathlib import Path

import boto3

_PREFIX = "cache/made-up/"


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("request", "output", "store"):
        parser.add_argument(f"--{name}", required=True)
    options, _ = parser.parse_known_args()
    resolved = json.loads(Path(options.request).read_text())
    models = [_model(index, each) for index, each in enumerate(resolved["candidates"])]
    manifest = {"schema_version": 2, "status": "ready", "dataset": _dataset(), "models": models}
    (Path(options.output) / "manifest.json").write_text(json.dumps(manifest))
    _put_files(options.store.removeprefix("s3://").partition("/")[0])


def _put_files(bucket: str) -> None:
    """Something under each prefix that a job's channels name; all models share theirs."""
    s3 = boto3.client("s3")
    for name in ("model/config.json", "tokenised/train.parquet", "dataset/sample/texts.json"):
        s3.put_object(Bucket=bucket, Key=f"{_PREFIX}{name}", Body=b"{}")


def _model(index: int, candidate: dict) -> dict:
    return {
        "candidate": candidate["candidate"],
        "model": candidate["model"],
        "revision": candidate["revision"] or "0" * 40,
        "status": "ready",
        "max_length": 512,
        "num_parameters": 20_000_000 + index,
        "encoder_parameters": 10_000_000,
        "snapshot_prefix": f"{_PREFIX}model/",
        "tokenised_prefix": f"{_PREFIX}tokenised/",
    }


def _dataset() -> dict:
    return {
        "id": "owner/data",
        "revision": "e" * 40,
        "fingerprint": "f" * 64,
        "text_columns": ["text"],
        "label_columns": ["label"],
        "task": "binary",
        "task_reason": "The request says so.",
        "labels": ["bad", "good"],
        "positive_label": "good",
        "rows": {"train": 2000, "validation": 500, "test": 1000},
        "prefix": f"{_PREFIX}dataset/",
    }


if __name__ == "__main__":
    main()
