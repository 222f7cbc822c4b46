"""An emulator without the app: SageMaker and the services around it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.cloud import REGION, LocalCloud
from tests.support.local_jobs import prepare

MAX_JOBS = 2


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A started cloud with nothing deployed in it."""
    cloud = LocalCloud(tmp_path_factory.mktemp("emulator"), max_jobs=MAX_JOBS)
    cloud.start()
    try:
        prepare(lambda service: client(cloud, service))
        yield cloud
    finally:
        cloud.stop()


def client(
    cloud: LocalCloud,
    service: str,
    config: Config | None = None,
    key: Mapping[str, str] | None = None,
) -> Any:
    """A client of the user with this access key; None: of the account itself."""
    environment = cloud.environment
    own = environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
    access_key, secret = (key["AccessKeyId"], key["SecretAccessKey"]) if key else own
    return boto3.client(
        service,
        config=config,
        endpoint_url=cloud.endpoint,
        region_name=REGION,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret,
    )


@pytest.fixture(scope="session")
def aws(emulator: LocalCloud) -> Callable[[str], Any]:
    """Makes clients of the emulator."""
    return lambda service: client(emulator, service)


@pytest.fixture(scope="session")
def s3(aws: Callable[[str], Any]) -> Any:
    return aws("s3")


@pytest.fixture(scope="session")
def sagemaker(aws: Callable[[str], Any]) -> Any:
    return aws("sagemaker")
