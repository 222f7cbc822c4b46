"""An emulator without the app: SageMaker and the services around it."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.cloud import REGION, LocalCloud
from tests.support.local_jobs import BUCKET

MAX_JOBS = 2


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A started cloud with nothing deployed in it."""
    cloud = LocalCloud(tmp_path_factory.mktemp("emulator"), max_jobs=MAX_JOBS)
    cloud.start()
    try:
        client(cloud, "s3").create_bucket(Bucket=BUCKET)
        yield cloud
    finally:
        cloud.stop()


def client(cloud: LocalCloud, service: str, config: Config | None = None) -> Any:
    return boto3.client(
        service,
        config=config,
        endpoint_url=cloud.endpoint,
        region_name=REGION,
        aws_access_key_id=cloud.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=cloud.environment["AWS_SECRET_ACCESS_KEY"],
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
