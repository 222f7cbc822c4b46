"""Products of AWS's price list, in the form in which it answers."""

import json


def product(instance_type="ml.g5.xlarge", component="Training", price=1.408, **changes):
    """A product as JSON; `changes` replace its price, `unit`, `currency` or attributes."""
    sku = f"SKU{component}"
    rate = f"{sku}.JRTCKXETXF.6YS6EN2CT7"
    dimension = {
        "unit": changes.get("unit", "Hrs"),
        "endRange": "Inf",
        "description": f"${price} per {component} {instance_type} hour",
        "appliesTo": [],
        "rateCode": rate,
        "beginRange": "0",
        "pricePerUnit": {changes.get("currency", "USD"): f"{price:.10f}"},
    }
    usages = {"Training": "Train", "Hosting": "Host"}
    usage = changes.get("usage", usages.get(component, component))
    offer = {
        "priceDimensions": {rate: dimension},
        "sku": sku,
        "effectiveDate": "2026-01-01T00:00:00Z",
        "offerTermCode": "JRTCKXETXF",
        "termAttributes": {},
    }
    return json.dumps(
        {
            "product": {
                "productFamily": "ML Instance",
                "attributes": {
                    "regionCode": "eu-central-1",
                    "locationType": changes.get("location_type", "AWS Region"),
                    "servicecode": "AmazonSageMaker",
                    "instanceName": instance_type,
                    "component": component,
                    "operation": "RunInstance",
                    "usagetype": f"EUC1-{usage}:{instance_type}",
                },
                "sku": sku,
            },
            "serviceCode": "AmazonSageMaker",
            "terms": {"OnDemand": {f"{sku}.JRTCKXETXF": offer}},
            "version": "20260101000000",
            "publicationDate": "2026-01-01T00:00:00Z",
        }
    )
