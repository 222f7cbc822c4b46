"""S3 inputs, as jobs see them."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from local.sagemaker import storage
from local.sagemaker.errors import JobFailure
from tests.support.local_jobs import BUCKET

LARGE = b"0123456789" * 10_000


class Sending:
    """Puts files as any client does; only the cloud's own process can refer to contents."""

    def __init__(self, s3: Any) -> None:
        self.s3 = self.unlimited_s3 = s3

    def put_copy(self, path: Path, bucket: str, key: str) -> None:
        self.s3.upload_file(str(path), bucket, key)


@pytest.fixture
def prefix(s3: Any) -> str:
    """A prefix of the test's own."""
    return f"storage-{uuid.uuid4().hex}"


@pytest.fixture
def versioned(s3: Any) -> str:
    """A bucket of the test's own, with versions."""
    bucket = f"versioned-{uuid.uuid4().hex[:20]}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


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
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    checkpoints = storage.CheckpointSync(Sending(s3), folder, f"s3://{BUCKET}/{prefix}/")
    (folder / "checkpoint-1").write_text("1")
    checkpoints.push()
    (folder / "checkpoint-1").unlink()
    (folder / "checkpoint-2").write_text("2")

    checkpoints.push()

    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"]
    assert [each["Key"] for each in listed] == [f"{prefix}/checkpoint-2"]


def test_a_checkpoint_that_is_deleted_leaves_no_version_behind(
    s3: Any, versioned: str, tmp_path: Path
) -> None:
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    checkpoints = storage.CheckpointSync(Sending(s3), folder, f"s3://{versioned}/saved/")
    (folder / "optimizer.pt").write_text("1")
    checkpoints.push()
    (folder / "optimizer.pt").write_text("22")
    checkpoints.push()
    (folder / "optimizer.pt").unlink()

    checkpoints.push()

    listed = s3.list_object_versions(Bucket=versioned)
    assert not listed.get("Versions") and not listed.get("DeleteMarkers")


def test_an_input_is_the_objects_own_file(s3: Any, prefix: str, tmp_path: Path) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/model.safetensors", Body=LARGE)

    for job in ("one", "two"):
        storage.download(s3, f"s3://{BUCKET}/{prefix}/", tmp_path / job)

    first, second = (tmp_path / job / "model.safetensors" for job in ("one", "two"))
    assert first.read_bytes() == LARGE
    assert first.samefile(second)
    assert not first.stat().st_mode & 0o222


def test_a_restored_checkpoint_may_be_changed(s3: Any, prefix: str, tmp_path: Path) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/model.safetensors", Body=LARGE)
    folder = tmp_path / "checkpoints"

    storage.CheckpointSync(Sending(s3), folder, f"s3://{BUCKET}/{prefix}/").restore()
    (folder / "model.safetensors").write_text("changed")

    assert s3.get_object(Bucket=BUCKET, Key=f"{prefix}/model.safetensors")["Body"].read() == LARGE


def test_what_an_earlier_job_left_is_kept_with_this_one_s_checkpoints(
    s3: Any, prefix: str, tmp_path: Path
) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/unchanged", Body=LARGE)
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/rotated", Body=LARGE)
    folder, mirror = tmp_path / "checkpoints", tmp_path / "kept"
    checkpoints = storage.CheckpointSync(Sending(s3), folder, f"s3://{BUCKET}/{prefix}/", mirror)
    checkpoints.restore()
    (folder / "rotated").unlink()

    checkpoints.push()

    assert files(mirror) == ["unchanged"]


def test_checkpoints_of_an_earlier_cloud_win_over_those_from_which_the_job_began(
    s3: Any, prefix: str, tmp_path: Path
) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/state", Body=LARGE)
    folder, mirror = tmp_path / "checkpoints", tmp_path / "kept"
    mirror.mkdir()
    (mirror / "state").write_text("later")

    storage.CheckpointSync(Sending(s3), folder, f"s3://{BUCKET}/{prefix}/", mirror).restore()

    assert (folder / "state").read_text() == "later"
