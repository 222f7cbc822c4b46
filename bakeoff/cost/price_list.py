"""What AWS's price list says an hour of a SageMaker instance costs.

A product of the list is a JSON text, as `pricing:GetProducts` answers it: under `product` what it
is, under `terms` what it costs, by kind of contract, by offer, and within an offer by dimension.
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from bakeoff.errors import ServiceError

SERVICE_CODE = "AmazonSageMaker"
REGION = "us-east-1"
"""Where the list itself is served; it knows the prices of all regions."""

Component = Literal["Training", "Processing"]
Needs = Iterable[tuple[str, Component]]
"""Instance types, and what each of them is to do."""

_HOURS = ("hrs", "hours")
# In usage types, such as USE1-Train:ml.g5.xlarge.
_USAGES: Mapping[Component, str] = {"Training": "Train", "Processing": "Processing"}
_LOCATION_TYPE = "AWS Region"


def product_filters(region: str, instance_type: str) -> list[dict[str, str]]:
    """What to ask the list for; the component is looked at here, as one answer serves both."""
    wanted = {"regionCode": region, "instanceName": instance_type}
    return [
        {"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()
    ]


def prices(
    needs: Needs, products: Callable[[str], Iterable[str]], warn: Callable[[str], None]
) -> dict[str, float | None]:
    """US dollars per hour by instance type; None, with a warning, where it cannot be had.

    One that both trains and prepares has the higher of the two prices, should they differ.

    Args:
        products: those of an instance type in the list; may raise ServiceError.
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
        warn(f"no price of {instance_type}: {error}")
        return None
    found = [price_usd_per_hour(listed, component) for component in components]
    known = [price for price in found if price is not None]
    if len(known) < len(found):
        warn(f"no price of {instance_type}: the price list has none, or several, in US dollars")
        return None
    return max(known)


def price_usd_per_hour(products: Iterable[str], component: Component) -> float | None:
    """The price on demand; None if the products do not tell exactly one."""
    try:
        found = {
            price
            for text in products
            for price in _hourly_prices(json.loads(text), component)
            # A free tier is a dimension of its own.
            if price > 0
        }
    except (ValueError, TypeError, AttributeError):
        # Half understood is a guess.
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
    """Spot capacity, Data Wrangler and Outposts are products of the same instance types."""
    usage, location_type = attributes.get("usagetype"), attributes.get("locationType")
    return (
        attributes.get("component") == component
        and (usage is None or _kind(usage) == _USAGES[component])
        and location_type in (None, _LOCATION_TYPE)
    )


def _kind(usage_type: str) -> str:
    """`Train` of `USE1-Train:ml.g5.xlarge`, `TrSpt` of `USE1-TrSpt:ml.g5.xlarge`."""
    return usage_type.partition(":")[0].rpartition("-")[2]
