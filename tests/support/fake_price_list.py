"""A price list that answers as AWS's does."""

from collections.abc import Mapping

from bakeoff.errors import ServiceError
from lambdas.aws.price_list import PriceList
from tests.support.products import product


class FakePriceList(PriceList):
    """Knows these prices, in US dollars per hour by instance type, and remembers what was asked."""

    def __init__(self, prices: Mapping[str, float] | None = None, refuse: bool = False) -> None:
        self.prices = prices or {}
        self.refuse = refuse
        self.asked: list[str] = []
        self.of_tokens: list[str] = []

    def token_products(self) -> list[str]:
        return list(self.of_tokens)

    def products(self, instance_type: str) -> list[str]:
        self.asked.append(instance_type)
        if self.refuse:
            raise ServiceError("The price list refused GetProducts: AccessDenied")
        price = self.prices.get(instance_type)
        if price is None:
            return []
        return [product(instance_type, part, price) for part in ("Training", "Processing")]
