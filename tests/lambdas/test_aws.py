"""The adapter against moto's S3 and SageMaker; the fake store of the other tests beside it."""

import errno
import gzip
import io

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError, ReadTimeoutError, ResponseStreamingError
from botocore.stub import Stubber
from moto import mock_aws

from bakeoff.cost.price_list import product_filters
from bakeoff.errors import (
    AlreadyExistsError,
    BrokenArchiveError,
    ObjectNotFoundError,
    ServiceError,
    StorageError,
)
from bench.made_up_run import MadeUpRun
from lambdas.aws.price_list import PriceList
from lambdas.aws.sagemaker import SageMaker
from lambdas.aws.store import Store
from tests.support.fake_store import FakeStore, tar_gz
from tests.support.products import product

REGION = "eu-central-1"


@pytest.fixture
def aws(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.fixture(params=["real", "fake", "benchmark"])
def any_store(request, aws):
    """A fake must behave like the adapter, or the tests and figures made with it prove nothing."""
    if request.param == "fake":
        return FakeStore()
    if request.param == "benchmark":
        return MadeUpRun("binary", 1, 1, 10)
    s3 = boto3.client("s3", region_name=REGION)
    place = {"LocationConstraint": REGION}
    s3.create_bucket(Bucket="bakeoff-bucket", CreateBucketConfiguration=place)
    return Store(s3, "bakeoff-bucket")


def test_an_object_is_read_whole_or_up_to_a_limit(any_store):
    any_store.put("a/b", b"content")
    assert any_store.get("a/b") == b"content"
    assert any_store.get("a/b", max_bytes=3) == b"con"
    assert any_store.exists("a/b")
    assert not any_store.exists("a")


def test_folders_are_the_names_up_to_the_next_slash(any_store):
    for key in ("results/index.html", "results/b/run.json", "results/a/runs/1/run.json", "x/y/z"):
        any_store.put(key, b"")
    assert any_store.folders("results/") == ["a", "b"]
    assert any_store.folders("nothing/") == []


def test_objects_that_are_not_there_are_found_as_none(any_store):
    any_store.put("here", b"content")
    assert any_store.find_all(["here", "there"]) == [b"content", None]


def test_an_object_is_put_only_if_nobody_has_changed_it(any_store):
    assert any_store.state("page") is None
    assert any_store.put_if_unchanged("page", b"first", None, "text/html")
    assert not any_store.put_if_unchanged("page", b"second", None, "text/html")
    state = any_store.state("page")
    assert any_store.put_if_unchanged("page", b"third", state, "text/html")
    assert not any_store.put_if_unchanged("page", b"fourth", state, "text/html")
    any_store.delete("page")
    assert not any_store.put_if_unchanged("page", b"fifth", state, "text/html")
    assert any_store.state("page") is None


def test_many_objects_are_put_and_got_together_in_the_order_of_their_keys(any_store):
    contents = {f"many/{number}": str(number).encode() for number in range(40)}
    any_store.put_all(contents)
    assert any_store.get_all(contents) == list(contents.values())
    with pytest.raises(ObjectNotFoundError, match="many/40"):
        any_store.get_all(["many/1", "many/40"])


def test_an_optional_object_is_found_or_is_none(any_store):
    any_store.put("a/b", b"content")
    assert any_store.find("a/b") == b"content"
    assert any_store.find("a/c") is None


def test_an_object_that_is_not_there_is_not_found(any_store):
    with pytest.raises(ObjectNotFoundError, match="a/b"):
        any_store.get("a/b")


def test_only_the_first_conditional_put_succeeds(any_store):
    any_store.put_if_absent("claim", b"first")
    with pytest.raises(AlreadyExistsError):
        any_store.put_if_absent("claim", b"second")
    assert any_store.get("claim") == b"first"


def test_keys_are_listed_by_prefix_and_deleting_twice_is_no_error(any_store):
    for key in ("p/1", "p/2", "q/1"):
        any_store.put(key, b"")
    assert any_store.keys("p/") == ["p/1", "p/2"]
    any_store.delete("p/1")
    any_store.delete("p/1")
    assert any_store.keys("p/") == ["p/2"]


def test_an_object_is_copied_and_the_first_one_stays(any_store):
    any_store.put("runs/r/model.tar.gz", b"weights")

    any_store.copy("runs/r/model.tar.gz", "results/n/model.tar.gz")

    assert any_store.get("results/n/model.tar.gz") == b"weights"
    assert any_store.get("runs/r/model.tar.gz") == b"weights"


def test_an_object_that_is_not_there_cannot_be_copied(any_store):
    with pytest.raises(ObjectNotFoundError):
        any_store.copy("nowhere", "results/n/model.tar.gz")


@pytest.mark.parametrize("any_store", ["real"], indirect=True)
def test_what_is_too_large_for_one_call_is_copied_in_parts(any_store, monkeypatch):
    parts = TransferConfig(multipart_threshold=6_000_000, multipart_chunksize=5_500_000)
    monkeypatch.setattr("lambdas.aws.store._COPIES", parts)
    content = bytes(range(256)) * 50_000
    any_store.put("runs/r/model.tar.gz", content)

    any_store.copy("runs/r/model.tar.gz", "results/n/model.tar.gz")

    assert any_store.get("results/n/model.tar.gz") == content


def test_files_of_an_archive_are_read_unless_missing_or_too_large(any_store):
    any_store.put("x.tar.gz", tar_gz({"big": b"0" * 100, "metrics.json": b"{}", "c": b"c"}))
    wanted = {"metrics.json": 10, "other": 10, "big": 10}
    assert any_store.members("x.tar.gz", wanted) == {"metrics.json": b"{}"}
    assert any_store.members("x.tar.gz", {"big": 100, "c": 1}) == {"big": b"0" * 100, "c": b"c"}
    with pytest.raises(ObjectNotFoundError):
        any_store.members("y.tar.gz", wanted)


ARCHIVE = tar_gz({"metrics.json": bytes(range(200))})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        *(ARCHIVE[:length] for length in (1, 2, 3, 9, 12, len(ARCHIVE) // 2)),
        gzip.compress(b"no archive" * 100),
        ARCHIVE[:40] + bytes(20) + ARCHIVE[60:],
    ],
    ids=lambda content: f"{len(content)} bytes",
)
def test_a_broken_archive_is_reported_as_such(any_store, content):
    any_store.put("x.tar.gz", content)
    with pytest.raises(BrokenArchiveError, match=r"x\.tar\.gz is not a complete \.tar\.gz archive"):
        any_store.members("x.tar.gz", {"metrics.json": 1000})


class InterruptedDownload:
    """S3 whose answer ends with an error of this machine or of the network."""

    def __init__(self, error, content=ARCHIVE[:20]):
        self._error = error
        self._content = io.BytesIO(content)

    def get_object(self, **arguments):
        return {"Body": self}

    def read(self, size=-1):
        content = self._content.read(size)
        if not content:
            raise self._error
        return content


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        PermissionError(errno.EACCES, "Permission denied"),
        ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
        ReadTimeoutError(endpoint_url="https://s3"),
        ResponseStreamingError(error="broken connection"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_on_the_way_is_not_reported_as_a_broken_archive(error):
    store = Store(InterruptedDownload(error), "bakeoff-bucket")
    with pytest.raises(StorageError, match="could not be") as raised:
        store.members("x.tar.gz", {"metrics.json": 1000})
    assert not isinstance(raised.value, BrokenArchiveError)
    assert "archive" not in str(raised.value)


def test_an_older_version_is_read_by_its_id(aws):
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(
        Bucket="bakeoff-bucket", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    s3.put_bucket_versioning(Bucket="bakeoff-bucket", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="bakeoff-bucket", Key="k", Body=b"first")["VersionId"]
    s3.put_object(Bucket="bakeoff-bucket", Key="k", Body=b"second")
    assert Store(s3, "bakeoff-bucket").get("k", version_id=first) == b"first"


class ConflictThenFree:
    """S3 while another conditional put of the same key is under way."""

    def __init__(self, conflicts):
        self.conflicts = conflicts
        self.puts = 0

    def put_object(self, **arguments):
        self.puts += 1
        if self.puts <= self.conflicts:
            error = {"Error": {"Code": "ConditionalRequestConflict", "Message": "try again"}}
            raise ClientError(error, "PutObject")


def test_a_conflict_of_conditional_puts_is_tried_again():
    s3 = ConflictThenFree(conflicts=2)
    Store(s3, "b").put_if_absent("claim", b"")
    assert s3.puts == 3


def test_a_conflict_that_does_not_end_is_an_error():
    with pytest.raises(StorageError):
        Store(ConflictThenFree(conflicts=99), "b").put_if_absent("claim", b"")


def test_experiments_and_trials_are_created_once_however_often_asked(aws):
    client = boto3.client("sagemaker", region_name=REGION)
    sagemaker = SageMaker(client)
    for _ in range(2):
        sagemaker.create_experiment("imdb-1")
        sagemaker.create_trial("imdb-1-bert", "imdb-1", "bert")
    assert len(client.list_experiments()["ExperimentSummaries"]) == 1
    trials = client.list_trials(ExperimentName="imdb-1")["TrialSummaries"]
    assert [trial["TrialName"] for trial in trials] == ["imdb-1-bert"]


def refusing(code, message):
    class Client:
        def describe_training_job(self, TrainingJobName):  # noqa: N803
            raise ClientError({"Error": {"Code": code, "Message": message}}, "DescribeTrainingJob")

    return SageMaker(Client())


def test_a_job_that_does_not_exist_is_none():
    assert (
        refusing("ValidationException", "Requested resource not found.").training_job("x") is None
    )


def test_any_other_refusal_is_a_service_error():
    with pytest.raises(ServiceError, match="AccessDenied"):
        refusing("AccessDeniedException", "not authorized").training_job("x")


def test_the_newest_objects_come_first_and_no_more_than_are_asked_for(any_store):
    for number in range(4):
        any_store.put(f"past/{number}", b"")
    any_store.put("present/9", b"")
    assert any_store.newest_keys("past/", 2) == ["past/3", "past/2"]
    assert any_store.newest_keys("past/", 9) == ["past/3", "past/2", "past/1", "past/0"]
    assert any_store.newest_keys("future/", 9) == []


@pytest.fixture
def pricing(aws):
    client = boto3.client("pricing", region_name="us-east-1")
    with Stubber(client) as stubber:
        yield client, stubber


def asked(**changes):
    filters = product_filters(REGION, "ml.g5.xlarge")
    return {"ServiceCode": "AmazonSageMaker", "Filters": filters, **changes}


def test_all_pages_of_the_price_list_are_read(pricing):
    client, stubber = pricing
    one, other = product(component="Hosting"), product()
    stubber.add_response("get_products", {"PriceList": [one], "NextToken": "more"}, asked())
    stubber.add_response("get_products", {"PriceList": [other]}, asked(NextToken="more"))
    assert PriceList(client, REGION).products("ml.g5.xlarge") == [one, other]


def test_a_refusal_of_the_price_list_is_a_service_error(pricing):
    client, stubber = pricing
    stubber.add_client_error("get_products", "AccessDeniedException", "not for you")
    with pytest.raises(ServiceError, match=r"The price list refused GetProducts: .*not for you"):
        PriceList(client, REGION).products("ml.g5.xlarge")


def test_the_price_list_is_queried_in_its_own_region_with_a_short_timeout(aws):
    client = PriceList.connect(REGION)._client
    assert client.meta.region_name == "us-east-1"
    # Three instance types at worst, in a function that may take a minute.
    config = client.meta.config
    attempts = config.retries["total_max_attempts"]
    assert 3 * attempts * (config.connect_timeout + config.read_timeout) < 60
