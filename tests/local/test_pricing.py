"""The price list of the emulator, as the service's own code asks it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bakeoff.cost.price_list import price_usd_per_hour
from local.errors import EmulatorError
from local.pricing import PRICES_VARIABLE, PriceList


def filters(instance_type: str) -> list[dict[str, str]]:
    wanted = {"regionCode": "us-east-1", "instanceName": instance_type}
    return [{"Type": "TERM_MATCH", "Field": name, "Value": wanted[name]} for name in wanted]


def listed(prices: PriceList, instance_type: str) -> list[str]:
    request = {"ServiceCode": "AmazonSageMaker", "Filters": filters(instance_type)}
    status, answer = prices.answer("GetProducts", request)
    assert status == 200
    products: list[str] = answer["PriceList"]
    return products


def test_without_a_file_an_emulator_has_no_prices(aws: Callable[[str], Any]) -> None:
    answer = aws("pricing").get_products(
        ServiceCode="AmazonSageMaker", Filters=filters("ml.g5.xlarge")
    )
    assert answer["PriceList"] == []


def test_prices_of_a_file_are_found_as_those_of_aws_are(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_text('{"ml.g5.xlarge": 1.408}')
    prices = PriceList.from_environment({PRICES_VARIABLE: str(path)})

    assert price_usd_per_hour(listed(prices, "ml.g5.xlarge"), "Training") == 1.408
    assert price_usd_per_hour(listed(prices, "ml.g5.xlarge"), "Processing") == 1.408
    assert listed(prices, "ml.m5.xlarge") == []


@pytest.mark.parametrize("content", ["", "[]", '{"ml.g5.xlarge": "1"}', '{"ml.g5.xlarge": 0}'])
def test_a_file_that_is_not_a_price_list_is_reported(tmp_path: Path, content: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(content)

    with pytest.raises(EmulatorError, match=PRICES_VARIABLE):
        PriceList.from_environment({PRICES_VARIABLE: str(path)})


def test_other_operations_are_refused() -> None:
    status, answer = PriceList({}).answer("DescribeServices", {})

    assert status == 400
    assert "DescribeServices" in json.dumps(answer)
