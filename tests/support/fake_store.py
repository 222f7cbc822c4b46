"""A Store that keeps its objects, and versions of them, in memory."""

import gzip
import io
import tarfile

from bakeoff.errors import ObjectNotFoundError
from bench.memory_store import MemoryStore


class FakeStore(MemoryStore):
    def __init__(self, bucket: str = "bakeoff-bucket") -> None:
        super().__init__(bucket)
        self.versions: dict[tuple[str, str], bytes] = {}

    def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> bytes:
        if version_id is None:
            return super().get(key, max_bytes=max_bytes)
        if (key, version_id) not in self.versions:
            raise ObjectNotFoundError(f"there is no s3://{self.bucket}/{key}")
        return self.versions[key, version_id][:max_bytes]


def tar_gz(files: dict[str, bytes]) -> bytes:
    """An archive of `files`, as SageMaker and the CDK make them."""
    content = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=content, mode="wb") as compressed,
        tarfile.open(fileobj=compressed, mode="w") as archive,
    ):
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return content.getvalue()
