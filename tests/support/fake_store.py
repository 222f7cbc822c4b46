"""A Store that keeps its objects in memory, with the errors of the real one."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Mapping

from bakeoff.errors import AlreadyExistsError, ObjectNotFoundError
from lambdas.aws.archive import archive_members
from lambdas.aws.store import Store


class FakeStore(Store):
    def __init__(self, bucket: str = "bakeoff-bucket") -> None:
        self.bucket = bucket
        self.objects: dict[str, bytes] = {}
        self.versions: dict[tuple[str, str], bytes] = {}

    def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> bytes:
        found = self.versions.get((key, version_id)) if version_id else self.objects.get(key)
        if found is None:
            raise ObjectNotFoundError(f"there is no s3://{self.bucket}/{key}")
        return found if max_bytes is None else found[:max_bytes]

    def put(self, key: str, content: bytes, content_type: str = "application/json") -> None:
        assert isinstance(content, bytes)
        self.objects[key] = content

    def put_if_absent(self, key: str, content: bytes) -> None:
        if key in self.objects:
            raise AlreadyExistsError(key)
        self.objects[key] = content

    def state(self, key: str) -> str | None:
        content = self.objects.get(key)
        return None if content is None else hashlib.sha256(content).hexdigest()

    def put_if_unchanged(
        self, key: str, content: bytes, state: str | None, content_type: str
    ) -> bool:
        if self.state(key) != state:
            return False
        self.put(key, content, content_type)
        return True

    def folders(self, prefix: str) -> list[str]:
        names = {key.removeprefix(prefix) for key in self.keys(prefix)}
        return sorted({name.split("/")[0] for name in names if "/" in name})

    def exists(self, key: str) -> bool:
        return key in self.objects

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.objects if key.startswith(prefix))

    def newest_keys(self, prefix: str, limit: int) -> list[str]:
        """In a dictionary that which was put last is last."""
        return [key for key in reversed(self.objects) if key.startswith(prefix)][:limit]

    def copy(self, source: str, target: str) -> None:
        self.put(target, self.get(source))

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def members(self, key: str, max_bytes: Mapping[str, int]) -> dict[str, bytes]:
        return archive_members(io.BytesIO(self.get(key)), f"s3://{self.bucket}/{key}", max_bytes)


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
