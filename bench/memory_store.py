"""The objects of a bucket in memory, for benchmarks and tests that run handlers without S3."""

import hashlib
import io
from collections.abc import Mapping

from bakeoff.errors import AlreadyExistsError, ObjectNotFoundError
from lambdas.aws.archive import archive_members
from lambdas.aws.store import Store


class MemoryStore(Store):
    """A Store with the errors of the real one; it keeps no versions, so it finds none."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self.objects: dict[str, bytes] = {}

    def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> bytes:
        if version_id is not None or key not in self.objects:
            raise ObjectNotFoundError(f"there is no s3://{self.bucket}/{key}")
        return self.objects[key][:max_bytes]

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
