"""Bedrock's products of AWS's price list, in the form in which it answers."""

import json


def token_product(model, kind, price, *, usage=None, unit="1K tokens"):
    """A product as JSON; `price` is in US dollars per `unit`."""
    compact = model.replace(" ", "")
    rate = f"{compact}.JRTCKXETXF.6YS6EN2CT7"
    dimension = {"unit": unit, "pricePerUnit": {"USD": f"{price:.10f}"}}
    attributes = {
        "servicecode": "AmazonBedrock",
        "regionCode": "us-east-1",
        "feature": "On-demand Inference",
        "model": model,
        "inferenceType": kind,
        "usagetype": usage or f"USE1-{compact}-{kind.lower().replace(' ', '-')}",
    }
    return json.dumps(
        {
            "serviceCode": "AmazonBedrock",
            "product": {"attributes": attributes},
            "terms": {"OnDemand": {compact: {"priceDimensions": {rate: dimension}}}},
        }
    )
