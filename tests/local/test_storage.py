"""S3 inputs, as jobs see them."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from local.sagemaker import storage
from local.sagemaker.errors import JobFailure
from tests.support.local_jobs import BUCKET


@pytest.fixture
def prefix(s3: Any) -> str:
    """A prefix of the test's own."""
    return f"storage-{uuid.uuid4().hex}"


def put(s3: Any, *keys: str) -> None:
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())


def files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_a_prefix_with_a_slash_is_a_folder(s3: Any, prefix: str, tmp_path: Path) -> None:
    put(s3, f"{prefix}/m1/a.json", f"{prefix}/m1/sub/b.json", f"{prefix}/m10/c.json")

    count = storage.download(s3, f"s3://{BUCKET}/{prefix}/m1/", tmp_path)

    assert count == 2
    assert files(tmp_path) == ["a.json", "sub/b.json"]


def test_a_prefix_without_a_slash_also_takes_longer_names(
    s3: Any, prefix: str, tmp_path: Path
) -> None:
    put(s3, f"{prefix}/m1/a.json", f"{prefix}/m10/c.json")

    assert storage.download(s3, f"s3://{BUCKET}/{prefix}/m1", tmp_path) == 2


def test_one_object_keeps_its_name(s3: Any, prefix: str, tmp_path: Path) -> None:
    put(s3, f"{prefix}/request.json")

    storage.download(s3, f"s3://{BUCKET}/{prefix}/request.json", tmp_path)

    assert files(tmp_path) == ["request.json"]


def test_a_key_cannot_leave_its_folder(s3: Any, prefix: str, tmp_path: Path) -> None:
    put(s3, f"{prefix}/../escaped")

    with pytest.raises(JobFailure, match="leaves its folder"):
        storage.download(s3, f"s3://{BUCKET}/{prefix}/", tmp_path)


def test_a_bucket_that_does_not_exist_has_no_objects(s3: Any, tmp_path: Path) -> None:
    assert storage.download(s3, "s3://no-such-bucket-anywhere/x/", tmp_path) == 0


def test_checkpoints_that_are_deleted_are_deleted_in_s3(
    s3: Any, prefix: str, tmp_path: Path
) -> None:
    checkpoints = storage.CheckpointSync(s3, tmp_path, f"s3://{BUCKET}/{prefix}/")
    (tmp_path / "checkpoint-1").write_text("1")
    checkpoints.push()
    (tmp_path / "checkpoint-1").unlink()
    (tmp_path / "checkpoint-2").write_text("2")

    checkpoints.push()

    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"]
    assert [each["Key"] for each in listed] == [f"{prefix}/checkpoint-2"]
