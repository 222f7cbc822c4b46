"""Files and secrets from AWS, by the real client against a stand-in, and its refusals in words."""

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from source.data_problems import DataError
from storage import s3
from tests.support.bucket import BUCKET, bucket
from tests.support.preparing import read_source

__all__ = ["bucket"]


class Refusing:
    """A client that may do nothing, or whose every call ends with `error`."""

    def __init__(self, error):
        self._error = error

    def _refuse(self, *arguments, **named):
        raise self._error

    head_object = get_object = get_paginator = get_secret_value = _refuse


def refused(code):
    return Refusing(ClientError({"Error": {"Code": code, "Message": "from S3"}}, "GetObject"))


def fetched(uri, folder, client=None):
    return s3.download(s3.listed(uri, client), folder, client)


def put(client, *keys):
    for key in keys:
        client.put_object(Bucket=BUCKET, Key=key, Body=b"" if key.endswith("/") else key.encode())


def test_one_object_is_fetched_under_its_own_name(bucket, tmp_path):
    put(bucket, "rows/train.csv", "rows/train.csv.bak")
    assert fetched(f"s3://{BUCKET}/rows/train.csv", tmp_path) == [tmp_path / "train.csv"]
    assert (tmp_path / "train.csv").read_text() == "rows/train.csv"
    assert [path.name for path in tmp_path.iterdir()] == ["train.csv"]


def test_a_prefix_gives_every_object_under_it_in_order(bucket, tmp_path):
    put(bucket, "rows/b.csv", "rows/", "rows/deep/", "rows/deep/a.csv", "rows/a.csv", "rows2/c.csv")
    paths = fetched(f"s3://{BUCKET}/rows/", tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in paths] == ["a.csv", "b.csv", "deep/a.csv"]


def test_more_objects_than_one_listing_holds_are_fetched(bucket, tmp_path, monkeypatch):
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    put(bucket, *(f"rows/{number}" for number in range(5)))
    assert bucket.list_objects_v2(Bucket=BUCKET)["IsTruncated"]
    assert len(fetched(f"s3://{BUCKET}/rows/", tmp_path)) == 5


def test_no_call_asks_for_what_the_listing_has_told(bucket, tmp_path):
    put(bucket, *(f"rows/{number}.csv" for number in range(20)))
    calls = []
    bucket.meta.events.register("before-call.s3", lambda model, **_: calls.append(model.name))
    objects = s3.listed(f"s3://{BUCKET}/rows/", bucket)
    paths = s3.download(objects, tmp_path, bucket)
    assert calls == ["ListObjectsV2"] + ["GetObject"] * 20
    assert [path.read_text() for path in paths] == [each.key for each in objects]


def test_the_version_of_an_object_is_the_same_in_a_listing_and_alone(bucket):
    put(bucket, "rows/a.csv")
    (alone,) = s3.listed(f"s3://{BUCKET}/rows/a.csv")
    (in_listing,) = s3.listed(f"s3://{BUCKET}/rows/")
    assert alone == in_listing
    before = alone.version
    bucket.put_object(Bucket=BUCKET, Key="rows/a.csv", Body=b"other rows")
    assert s3.listed(f"s3://{BUCKET}/rows/a.csv")[0].version != before


def test_an_object_that_may_be_listed_but_not_read_is_reported(bucket, tmp_path):
    put(bucket, "rows/a.csv", "rows/b.csv")
    objects = s3.listed(f"s3://{BUCKET}/rows/")
    bucket.delete_object(Bucket=BUCKET, Key="rows/b.csv")
    with pytest.raises(s3.UnreadableError, match=r"rows/b\.csv does not exist"):
        s3.download(objects, tmp_path)


@pytest.mark.parametrize("key", ["rows/../../out.csv", "rows//etc/out.csv"])
def test_a_key_cannot_lead_out_of_its_folder(bucket, tmp_path, key):
    put(bucket, key)
    with pytest.raises(s3.UnreadableError, match="leads out of its folder"):
        fetched(f"s3://{BUCKET}/rows/", tmp_path / "rows")
    assert list(tmp_path.rglob("out.csv")) == []


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        (f"s3://{BUCKET}/no.csv", f"s3://{BUCKET}/no.csv does not exist."),
        ("s3://no-such-bucket/no.csv", "s3://no-such-bucket/no.csv does not exist."),
        ("s3://no-such-bucket/rows/", "s3://no-such-bucket/rows/ does not exist."),
        (f"s3://{BUCKET}/rows/", f"There is nothing at s3://{BUCKET}/rows/."),
        ("s3://No Bucket/a.csv", "s3://No Bucket/a.csv cannot be read: "),
    ],
)
def test_a_missing_object_is_reported(bucket, tmp_path, uri, message):
    with pytest.raises(s3.UnreadableError) as caught:
        fetched(uri, tmp_path)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("uri", ["s3://films/a.csv", "s3://films/rows/"])
@pytest.mark.parametrize("code", ["403", "AccessDenied", "AllAccessDisabled"])
def test_a_forbidden_object_is_reported(tmp_path, uri, code):
    with pytest.raises(s3.UnreadableError, match="may not be read by the jobs' role"):
        fetched(uri, tmp_path, refused(code))


@pytest.mark.parametrize("client", [refused("SlowDown"), Refusing(NoCredentialsError())])
def test_any_other_refusal_is_reported_unchanged(tmp_path, client):
    with pytest.raises(s3.UnreadableError, match="cannot be read: "):
        fetched("s3://films/a.csv", tmp_path, client)


def test_a_data_set_in_s3_is_read_and_a_missing_one_is_a_problem_of_its_split(bucket, tmp_path):
    bucket.put_object(Bucket=BUCKET, Key="train.csv", Body=b"text,label\na,1\n")
    train = read_source(tmp_path, f"s3://{BUCKET}/train.csv").splits["train"]
    assert train.values("text") == ["a"]
    with pytest.raises(DataError) as caught:
        read_source(tmp_path, f"s3://{BUCKET}/train.csv", test=f"s3://{BUCKET}/test.csv")
    (problem,) = caught.value.problems
    assert problem.field == "dataset.test"
    assert problem.problem == f"s3://{BUCKET}/test.csv does not exist."


def test_a_secret_is_read_without_the_newline_of_the_file_it_came_from(bucket):
    secrets = boto3.client("secretsmanager")
    arn = secrets.create_secret(Name="token", SecretString="hf_token\n")["ARN"]
    assert s3.read_secret(arn) == "hf_token"


@pytest.mark.parametrize("stored", [{"SecretBinary": b"hf_token"}, {"SecretString": " "}])
def test_a_secret_without_text_is_reported(bucket, stored):
    arn = boto3.client("secretsmanager").create_secret(Name="token", **stored)["ARN"]
    with pytest.raises(s3.UnreadableError, match="holds no text"):
        s3.read_secret(arn)


def test_a_forbidden_secret_is_reported():
    with pytest.raises(s3.UnreadableError, match="secret cannot be read"):
        s3.read_secret("arn", refused("AccessDeniedException"))


def test_very_many_objects_are_refused_with_the_limit(bucket, monkeypatch):
    monkeypatch.setattr(s3, "MAX_OBJECTS", 3)
    for number in range(4):
        bucket.put_object(Bucket=BUCKET, Key=f"many/{number}.csv", Body=b"a")
    with pytest.raises(s3.UnreadableError, match="more than 3 objects at s3://films/many/"):
        s3.listed(f"s3://{BUCKET}/many/")
