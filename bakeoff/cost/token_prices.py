"""What hosted models ask for their tokens, and what that makes of a run at most.

Prices are those that the deployment states, or else those of AWS's price list. Its products have no
model ids but names, such as "Nova Lite" for `amazon.nova-lite-v1:0`, and some models are listed
under the marketplace alone. A price that is not found for sure is not known.
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bakeoff.errors import ServiceError
from bakeoff.hosted_models import TokenPrice, bedrock_id
from bakeoff.jobs.token_bound import TokenBound, token_bound
from bakeoff.request.resolved import ResolvedRequest

SERVICE_CODE = "AmazonBedrock"

TokenPrices = Mapping[str, TokenPrice | None]
"""By the id of a request's model; None where the price is not known."""

NO_TOKEN_PRICES: TokenPrices = {}

_FEATURE = "On-demand Inference"
_INPUT, _OUTPUT = "Input tokens", "Output tokens"
# Other ways to pay for the same model.
_OTHER_USAGE = ("batch", "custom-model", "latency-optimized", "flex", "priority", "cache")
_TOKENS_OF_UNIT = {"1k tokens": 1_000, "1m tokens": 1_000_000}
_GEOGRAPHY = re.compile(r"^(?:us|us-gov|eu|apac|jp|au|ca|global)\.(?=[a-z0-9-]+\.)")
_VERSION = re.compile(r"(?:-\d{8})?(?:-v\d+)?(?::.*)?$")


def product_filters(region: str) -> list[dict[str, str]]:
    wanted = {"regionCode": region, "feature": _FEATURE}
    return [
        {"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()
    ]


def token_prices(
    resolved: ResolvedRequest,
    stated: Mapping[str, TokenPrice | None],
    products: Callable[[], Iterable[str]],
    warn: Callable[[str], None],
) -> dict[str, TokenPrice | None]:
    """Those of the request's hosted models; a warning where one is not known.

    Args:
        stated: by Bedrock's ids, what the deployment says.
        products: returns those of the price list; may raise ServiceError.
    """
    models = {each.model for each in resolved.candidates if each.is_hosted}
    found = {model: stated.get(bedrock_id(model)) for model in sorted(models)}
    missing = [model for model, price in found.items() if price is None]
    if not missing:
        return found
    try:
        listed = list(products())
    except ServiceError as error:
        warn(f"no prices of tokens: {error}")
        return found
    for model in missing:
        found[model] = listed_price(bedrock_id(model), listed)
        if found[model] is None:
            warn(
                f"no price for {model}: the price list has none, or several. The deployment's "
                f"setting bedrock_models can state it, as {bedrock_id(model)}=INPUT/OUTPUT in US "
                "dollars per million tokens."
            )
    return found


def listed_price(model_id: str, products: Iterable[str]) -> TokenPrice | None:
    """The price on demand; None unless the products have exactly one of each kind of tokens."""
    wanted = _spelt(_VERSION.sub("", _GEOGRAPHY.sub("", model_id)).partition(".")[2])
    found: dict[str, set[float]] = {_INPUT: set(), _OUTPUT: set()}
    try:
        for text in products:
            product = json.loads(text)
            attributes = product.get("product", {}).get("attributes", {})
            kind = attributes.get("inferenceType")
            if kind in found and _is_of(attributes, wanted):
                found[kind] |= set(_usd_per_million(product))
    except (ValueError, TypeError, AttributeError):
        # A price from a product that is only partly understood would be a guess.
        return None
    if any(len(each) != 1 for each in found.values()):
        return None
    return TokenPrice(found[_INPUT].pop(), found[_OUTPUT].pop())


def tokens_bound_usd(resolved: ResolvedRequest, prices: TokenPrices) -> float | None:
    """What the tokens of all hosted models can cost together; None if a price is not known."""
    total = 0.0
    for model, bound in bounds_of(resolved):
        price = prices.get(model)
        if price is None:
            return None
        total += price.usd(bound.input_tokens, bound.output_tokens)
    return total


def bounds_of(resolved: ResolvedRequest) -> list[tuple[str, TokenBound]]:
    """For each hosted candidate its model, and the most tokens of its one job."""
    # The request's rules have it that there is such a number.
    rows = resolved.max_test_rows or 0
    return [
        (each.model, token_bound(each.hyperparameters, rows))
        for each in resolved.candidates
        if each.is_hosted
    ]


def _is_of(attributes: Mapping[str, Any], wanted: str) -> bool:
    usage = str(attributes.get("usagetype", "")).lower()
    return (
        _spelt(str(attributes.get("model", ""))) == wanted
        and attributes.get("feature") == _FEATURE
        and not any(each in usage for each in _OTHER_USAGE)
    )


def _usd_per_million(product: Mapping[str, Any]) -> Iterator[float]:
    """Raises ValueError, TypeError or AttributeError if it does not look like a product."""
    for offer in product.get("terms", {}).get("OnDemand", {}).values():
        for dimension in offer.get("priceDimensions", {}).values():
            usd = dimension.get("pricePerUnit", {}).get("USD")
            tokens = _TOKENS_OF_UNIT.get(str(dimension.get("unit")).lower())
            if usd is None or tokens is None:
                raise ValueError("a price for something else than tokens")
            price = float(usd) * 1_000_000 / tokens
            if not math.isfinite(price) or price <= 0:
                raise ValueError(f"a price of {usd}")
            # Of numbers that are written in decimals.
            yield float(f"{price:.9g}")


def _spelt(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))
