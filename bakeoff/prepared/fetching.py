"""How much of data and models a preparation has fetched so far."""

from pydantic import Field

from bakeoff.documents import Document


class Fetching(Document):
    """fetching.json, which the preparation renews every few seconds while it fetches."""

    fetched_bytes: int = Field(ge=0)
    num_bytes: int = Field(ge=0)
    """Of all data and models whose fetching has begun."""
