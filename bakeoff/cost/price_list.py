"""Reads the hourly prices of SageMaker instances from AWS's price list.

`pricing:GetProducts` returns each product as a JSON text: `product` describes it, `terms` has its
prices by kind of contract, offer and price dimension.
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from bakeoff.errors import ServiceError

SERVICE_CODE = "AmazonSageMaker"
REGION = "us-east-1"
"""The region that serves the price list for all regions."""

Component = Literal["Training", "Processing", "Hosting"]
Needs = Iterable[tuple[str, Component]]
"""Instance types, each with its use."""

_HOURS = ("hrs", "hours")
# In usage types, such as USE1-Train:ml.g5.xlarge.
_USAGES: Mapping[Component, str] = {
    "Training": "Train",
    "Processing": "Processing",
    "Hosting": "Host",
}
_LOCATION_TYPE = "AWS Region"


def product_filters(region: str, instance_type: str) -> list[dict[str, str]]:
    """The filters of the query; not by component, because one answer serves all."""
    wanted = {"regionCode": region, "instanceName": instance_type}
    return [
        {"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()
    ]


def prices(
    needs: Needs, products: Callable[[str], Iterable[str]], warn: Callable[[str], None]
) -> dict[str, float | None]:
    """US dollars per hour by instance type; None, with a warning, if the price is unknown.

    An instance type that both trains and prepares gets the higher of the two prices.

    Args:
        products: returns the products of an instance type; may raise ServiceError.
    """
    components: dict[str, set[Component]] = {}
    for instance_type, component in needs:
        components.setdefault(instance_type, set()).add(component)
    return {
        instance_type: _price(instance_type, sorted(wanted), products, warn)
        for instance_type, wanted in components.items()
    }


def _price(
    instance_type: str,
    components: list[Component],
    products: Callable[[str], Iterable[str]],
    warn: Callable[[str], None],
) -> float | None:
    try:
        listed = list(products(instance_type))
    except ServiceError as error:
        warn(f"no price for {instance_type}: {error}")
        return None
    found = [price_usd_per_hour(listed, component) for component in components]
    known = [price for price in found if price is not None]
    if len(known) < len(found):
        warn(f"no price for {instance_type}: the price list has none, or several, in US dollars")
        return None
    return max(known)


def price_usd_per_hour(products: Iterable[str], component: Component) -> float | None:
    """The on-demand price; None unless the products have exactly one."""
    try:
        found = {
            price
            for text in products
            for price in _hourly_prices(json.loads(text), component)
            # A free tier is a dimension of its own.
            if price > 0
        }
    except (ValueError, TypeError, AttributeError):
        # A price from a product that is only partly understood would be a guess.
        return None
    return found.pop() if len(found) == 1 else None


def _hourly_prices(product: Mapping[str, Any], component: Component) -> Iterator[float]:
    """Raises ValueError, TypeError or AttributeError if it does not look like a product."""
    if not _is_for(product.get("product", {}).get("attributes", {}), component):
        return
    for offer in product.get("terms", {}).get("OnDemand", {}).values():
        for dimension in offer.get("priceDimensions", {}).values():
            usd = dimension.get("pricePerUnit", {}).get("USD")
            if str(dimension.get("unit")).lower() in _HOURS and usd is not None:
                price = float(usd)
                if not math.isfinite(price):
                    raise ValueError(f"a price of {usd}")
                yield price


def _is_for(attributes: Mapping[str, Any], component: Component) -> bool:
    """Excludes spot capacity, Data Wrangler and Outposts, which have the same instance types."""
    usage, location_type = attributes.get("usagetype"), attributes.get("locationType")
    return (
        attributes.get("component") == component
        and (usage is None or _kind(usage) == _USAGES[component])
        and location_type in (None, _LOCATION_TYPE)
    )


def _kind(usage_type: str) -> str:
    """`Train` of `USE1-Train:ml.g5.xlarge`, `TrSpt` of `USE1-TrSpt:ml.g5.xlarge`."""
    return usage_type.partition(":")[0].rpartition("-")[2]
