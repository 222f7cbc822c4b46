"""The larger files that a run keeps in folders of its own results: models and predictions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bakeoff import layout
from bakeoff.client.aws_errors import translated
from bakeoff.client.cloud import Cloud
from bakeoff.client.sdk_clients import s3_client


class KeptFiles(Protocol):
    """Those of one run; names are relative to the folder of its results."""

    def names(self, folder: str) -> list[str]:
        """The files below the folder."""

    def download(self, name: str, path: Path) -> None: ...


@dataclass(frozen=True)
class FilesOfRun:
    """In the bucket of a deployed service."""

    cloud: Cloud
    name: str
    run: str

    def names(self, folder: str) -> list[str]:
        own = layout.archived_key(self.name, self.run, "")
        return [key.removeprefix(own) for key in self.cloud.list_objects(f"{own}{folder}/")]

    def download(self, name: str, path: Path) -> None:
        self.cloud.download(layout.archived_key(self.name, self.run, name), path)


@dataclass(frozen=True)
class FilesUnderUri:
    """Below an S3 URI of a run's results, or of the newest of its name."""

    bucket: str
    prefix: str
    """That of the run's own results, with a slash at its end."""
    s3: Any

    @classmethod
    def of(cls, uri: str, run: str, s3: Any = None) -> "FilesUnderUri":
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        prefix = prefix.rstrip("/") + "/"
        own = prefix if prefix.endswith(f"/runs/{run}/") else f"{prefix}runs/{run}/"
        with translated():
            return cls(bucket, own, s3 or s3_client())

    def names(self, folder: str) -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2")
        with translated():
            return [
                found["Key"].removeprefix(self.prefix)
                for page in pages.paginate(Bucket=self.bucket, Prefix=f"{self.prefix}{folder}/")
                for found in page.get("Contents", [])
            ]

    def download(self, name: str, path: Path) -> None:
        with translated():
            self.s3.download_file(self.bucket, self.prefix + name, str(path))
