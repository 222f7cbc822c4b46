"""S3 with its contents on disk, as clients see it."""

import hashlib
import os
import uuid
from pathlib import Path
from typing import Any

import psutil
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from storage.s3 import download, listed
from tests.local.conftest import client

MB = 1 << 20
DATA = os.urandom(MB) * 12


@pytest.fixture
def bucket(s3: Any) -> str:
    """A bucket of the test's own, with versions as the service's has them."""
    name = f"objects-{uuid.uuid4().hex[:20]}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def content(s3: Any, bucket: str, key: str, **options: Any) -> bytes:
    return bytes(s3.get_object(Bucket=bucket, Key=key, **options)["Body"].read())


def stored_files(emulator: LocalCloud) -> list[Path]:
    return list((emulator.state_dir / "objects").iterdir())


def test_a_put_is_read_back_whole_and_in_ranges(s3: Any, bucket: str) -> None:
    put = s3.put_object(Bucket=bucket, Key="one", Body=DATA, Metadata={"kind": "weights"})

    answer = s3.get_object(Bucket=bucket, Key="one", ChecksumMode="ENABLED")
    assert answer["Body"].read() == DATA
    assert put["ETag"].strip('"') == hashlib.md5(DATA).hexdigest()
    assert (answer["ContentLength"], answer["Metadata"]) == (len(DATA), {"kind": "weights"})
    assert content(s3, bucket, "one", Range="bytes=5-2000000") == DATA[5:2_000_001]
    assert content(s3, bucket, "one", Range="bytes=-7") == DATA[-7:]


def test_an_upload_in_parts_is_one_object(s3: Any, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(DATA)
    parts = TransferConfig(multipart_threshold=5 * MB, multipart_chunksize=5 * MB)

    s3.upload_file(str(tmp_path / "weights"), bucket, "parts", Config=parts)

    head = s3.head_object(Bucket=bucket, Key="parts")
    assert head["ETag"].endswith('-3"')
    assert head["VersionId"]
    assert content(s3, bucket, "parts") == DATA
    # As the preparation reads it: several ranges at once, each of this version only.
    objects = listed(f"s3://{bucket}/", s3)
    assert objects == listed(f"s3://{bucket}/parts", s3)
    (copy,) = download(objects, tmp_path / "copies", s3)
    assert copy.read_bytes() == DATA


def test_an_upload_with_a_missing_part_is_refused(s3: Any, bucket: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="gap")["UploadId"]
    target = {"Bucket": bucket, "Key": "gap", "UploadId": upload}
    etag = s3.upload_part(**target, PartNumber=1, Body=DATA)["ETag"]

    with pytest.raises(ClientError, match="InvalidPart"):
        s3.complete_multipart_upload(
            **target, MultipartUpload={"Parts": [{"PartNumber": 2, "ETag": etag}]}
        )
    done = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    s3.complete_multipart_upload(**target, MultipartUpload=done)
    assert content(s3, bucket, "gap") == DATA


def test_copies_and_equal_puts_share_a_file(s3: Any, bucket: str, emulator: LocalCloud) -> None:
    before = len(stored_files(emulator))
    data = os.urandom(MB)
    s3.put_object(Bucket=bucket, Key="first", Body=data)
    s3.put_object(Bucket=bucket, Key="again", Body=data)

    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "first"})

    assert len(stored_files(emulator)) == before + 1
    s3.delete_object(Bucket=bucket, Key="first")
    assert content(s3, bucket, "copy") == data


def test_versions_are_kept_until_they_are_deleted(
    s3: Any, bucket: str, emulator: LocalCloud
) -> None:
    before = len(stored_files(emulator))
    old, new = os.urandom(MB), os.urandom(MB)
    first = s3.put_object(Bucket=bucket, Key="key", Body=old)["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="key", Body=new)["VersionId"]

    assert content(s3, bucket, "key", VersionId=first) == old
    assert content(s3, bucket, "key") == new
    for version in (first, second):
        s3.delete_object(Bucket=bucket, Key="key", VersionId=version)

    assert len(stored_files(emulator)) == before


def test_a_wrong_checksum_is_refused(bucket: str, emulator: LocalCloud) -> None:
    # Without retries, which would only take time.
    s3 = client(emulator, "s3", Config(retries={"total_max_attempts": 1}))

    with pytest.raises(ClientError, match="BadDigest"):
        s3.put_object(Bucket=bucket, Key="wrong", Body=DATA, ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
    with pytest.raises(ClientError, match="BadDigest"):
        s3.put_object(Bucket=bucket, Key="wrong", Body=DATA, ChecksumCRC32="AAAAAA==")


def test_contents_do_not_stay_in_memory(
    s3: Any, bucket: str, emulator: LocalCloud, tmp_path: Path
) -> None:
    process = psutil.Process(emulator.pid)
    path = tmp_path / "large"
    with path.open("wb") as file:
        for number in range(80):
            file.write(number.to_bytes(4, "big") * (MB // 4))
    before = process.memory_info().rss

    s3.upload_file(str(path), bucket, "large")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "large"})
    s3.download_file(bucket, "copy", str(tmp_path / "back"))

    assert process.memory_info().rss - before < 40 * MB
    assert hashlib.sha256((tmp_path / "back").read_bytes()).digest() == (
        hashlib.sha256(path.read_bytes()).digest()
    )
