import json

import pytest

from bakeoff.cost.price_list import price_usd_per_hour, prices, product_filters
from bakeoff.errors import ServiceError
from tests.support.products import product


def changed(text, change):
    document = json.loads(text)
    change(document)
    return json.dumps(document)


def offer_of(document):
    return next(iter(document["terms"]["OnDemand"].values()))


def test_the_price_is_that_of_the_component():
    listed = [product(component="Training", price=1.408), product(component="Hosting", price=2.0)]
    assert price_usd_per_hour(listed, "Training") == 1.408
    assert price_usd_per_hour(listed, "Processing") is None


def test_the_price_is_the_hourly_dimension_and_never_a_free_tier():
    def add_dimensions(document):
        dimensions = offer_of(document)["priceDimensions"]
        (hour,) = dimensions.values()
        dimensions["free"] = hour | {"pricePerUnit": {"USD": "0.0000000000"}}
        dimensions["disk"] = hour | {"unit": "GB-Mo", "pricePerUnit": {"USD": "0.14"}}

    assert price_usd_per_hour([changed(product(), add_dimensions)], "Training") == 1.408


def test_the_same_price_twice_is_one_and_two_prices_are_none():
    assert price_usd_per_hour([product(), product()], "Training") == 1.408
    assert price_usd_per_hour([product(), product(price=1.5)], "Training") is None


@pytest.mark.parametrize(
    ("component", "changes"),
    [
        ("Training", {"usage": "TrSpt"}),
        ("Training", {"location_type": "AWS Outposts"}),
        ("Processing", {"usage": "Processing_DW"}),
    ],
)
def test_spot_capacity_outposts_and_data_wrangler_are_other_products(component, changes):
    other = product(component=component, price=9.0, **changes)
    assert price_usd_per_hour([other, product(component=component)], component) == 1.408
    assert price_usd_per_hour([other], component) is None


@pytest.mark.parametrize("usage", ["Train:ml.g5.xlarge", "APN1-Train:ml.g5.xlarge", None])
def test_usage_types_with_and_without_a_region_are_read(usage):
    def use(document):
        document["product"]["attributes"]["usagetype"] = usage

    assert price_usd_per_hour([changed(product(), use)], "Training") == 1.408


def test_contracts_for_years_do_not_count():
    def reserve(document):
        document["terms"] = {"Reserved": document["terms"]["OnDemand"]}

    assert price_usd_per_hour([changed(product(), reserve)], "Training") is None


@pytest.mark.parametrize(
    "listed",
    [
        [],
        [product(currency="CNY")],
        [product(unit="Quantity")],
        ["not JSON"],
        ["[]"],
        ["null"],
        ['{"product": []}'],
        [changed(product(), lambda document: document.update(terms=3))],
        [changed(product(), lambda document: offer_of(document).update(priceDimensions=[1]))],
        [
            changed(
                product(), lambda document: document["product"]["attributes"].update(usagetype=3)
            )
        ],
        [product(price=float("nan"))],
        [product(price=float("inf"))],
        [product(), "half an answer"],
    ],
)
def test_a_product_without_a_price_in_dollars_has_none(listed):
    assert price_usd_per_hour(listed, "Training") is None


def test_the_list_is_asked_for_one_instance_type_in_one_region():
    assert product_filters("eu-central-1", "ml.g5.xlarge") == [
        {"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-central-1"},
        {"Type": "TERM_MATCH", "Field": "instanceName", "Value": "ml.g5.xlarge"},
    ]


def test_an_instance_type_with_two_tasks_is_asked_for_once_and_has_the_higher_price():
    asked, warnings = [], []

    def products(instance_type):
        asked.append(instance_type)
        return [product(price=1.0), product(component="Processing", price=1.2)]

    needs = [("ml.m5.xlarge", "Training"), ("ml.m5.xlarge", "Processing")]
    assert prices(needs, products, warnings.append) == {"ml.m5.xlarge": 1.2}
    assert (asked, warnings) == (["ml.m5.xlarge"], [])


def test_an_unavailable_price_is_none_with_a_warning():
    warnings = []

    def refusing(instance_type):
        raise ServiceError("The price list refused GetProducts: AccessDenied")

    assert prices([("ml.a.b", "Training")], refusing, warnings.append) == {"ml.a.b": None}
    assert prices([("ml.c.d", "Training")], lambda kind: [], warnings.append) == {"ml.c.d": None}
    assert "ml.a.b" in warnings[0] and "AccessDenied" in warnings[0]
    assert "ml.c.d" in warnings[1]
