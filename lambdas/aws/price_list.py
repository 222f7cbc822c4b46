"""The price list of AWS."""

from typing import Any

import boto3
from botocore.config import Config

from bakeoff.cost import price_list, token_prices
from lambdas.aws.sdk_errors import service_errors

# Prices are looked up before a run starts, which must not be delayed for long.
_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})


class PriceList:
    """What AWS asks for the instances of one region."""

    def __init__(self, client: Any, region: str) -> None:
        self._client = client
        self._region = region

    @classmethod
    def connect(cls, region: str) -> "PriceList":
        client = boto3.client("pricing", region_name=price_list.REGION, config=_CONFIG)
        return cls(client, region)

    def products(self, instance_type: str) -> list[str]:
        """SageMaker's products with that instance type, each as JSON.

        Raises ServiceError if the list cannot be read.
        """
        filters = price_list.product_filters(self._region, instance_type)
        return self._listed(price_list.SERVICE_CODE, filters)

    def token_products(self) -> list[str]:
        """Bedrock's, each as JSON. Raises ServiceError if the list cannot be read."""
        return self._listed(token_prices.SERVICE_CODE, token_prices.product_filters(self._region))

    def _listed(self, service_code: str, filters: list[dict[str, str]]) -> list[str]:
        pages = self._client.get_paginator("get_products")
        with service_errors("GetProducts", "The price list"):
            return [
                product
                for page in pages.paginate(ServiceCode=service_code, Filters=filters)
                for product in page["PriceList"]
            ]
