"""Emulates AWS's price list with prices from a file; without one it is empty."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.errors import EmulatorError

PRICES_VARIABLE = "BAKEOFF_LOCAL_PRICES"
TARGET_PREFIX = "AWSPriceListService."
# The prefix of each component's usage types.
_COMPONENTS = {"Training": "Train", "Processing": "Processing", "Hosting": "Host"}


class PriceList:
    """Answers GetProducts; `prices` are in US dollars per hour by instance type."""

    def __init__(self, prices: Mapping[str, float]) -> None:
        self._prices = prices

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "PriceList":
        """Read the file that the variable names; without the variable the list is empty.

        Raises:
            EmulatorError: the file does not exist or does not hold prices.
        """
        path = environ.get(PRICES_VARIABLE)
        return cls(_read(Path(path)) if path else {})

    def answer(self, operation: str, request: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """The HTTP status and body, in the form of AWS's API."""
        if operation != "GetProducts":
            return 400, {"__type": "InvalidParameterException", "message": f"no {operation} here"}
        wanted = {each.get("Field"): each.get("Value") for each in request.get("Filters", ())}
        instance_type = str(wanted.get("instanceName"))
        price = self._prices.get(instance_type)
        if price is None or request.get("ServiceCode") != "AmazonSageMaker":
            products = []
        else:
            region = str(wanted.get("regionCode"))
            products = [_product(region, instance_type, part, price) for part in _COMPONENTS]
        return 200, {"FormatVersion": "aws_v1", "PriceList": products}


def _read(path: Path) -> dict[str, float]:
    expected = f'{PRICES_VARIABLE} must name a file such as {{"ml.g5.xlarge": 1.408}}'
    try:
        prices = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EmulatorError(f"{expected}; {path}: {error}") from error
    if not isinstance(prices, dict) or not all(_is_price(price) for price in prices.values()):
        raise EmulatorError(f"{expected}, with a number above 0 for each; {path} is different")
    return {str(name): float(price) for name, price in prices.items()}


def _is_price(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _product(region: str, instance_type: str, component: str, price: float) -> str:
    sku = f"{component}-{instance_type}"
    hour = {"unit": "Hrs", "pricePerUnit": {"USD": f"{price:.10f}"}}
    attributes = {
        "regionCode": region,
        "servicecode": "AmazonSageMaker",
        "instanceName": instance_type,
        "component": component,
        "usagetype": f"{_COMPONENTS[component]}:{instance_type}",
        "locationType": "AWS Region",
    }
    return json.dumps(
        {
            "serviceCode": "AmazonSageMaker",
            "product": {"sku": sku, "attributes": attributes},
            "terms": {"OnDemand": {f"{sku}.1": {"priceDimensions": {f"{sku}.1.1": hour}}}},
        }
    )
