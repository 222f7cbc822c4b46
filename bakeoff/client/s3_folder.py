"""The files under an S3 prefix, whatever deployment the bucket belongs to."""

from typing import Any

from bakeoff.client.aws_errors import translated
from bakeoff.client.sdk_clients import s3_client
from bakeoff.errors import ResultsError


def read_s3_folder(uri: str, s3: Any = None) -> dict[str, bytes]:
    """The objects directly under `uri`, by the last part of their keys.

    Raises ResultsError if it is no S3 URI, ServiceError if AWS refuses.
    """
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    if not bucket or not prefix.strip("/"):
        raise ResultsError(f"{uri} is not the URI of results: write s3://BUCKET/results/NAME/.")
    prefix = prefix.rstrip("/") + "/"
    with translated():
        client = s3 or s3_client()
        pages = client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix, Delimiter="/"
        )
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {
            key.removeprefix(prefix): client.get_object(Bucket=bucket, Key=key)["Body"].read()
            for key in keys
            if key != prefix
        }
