"""A model as the hub lists it. All of it is written by strangers."""

import re
from dataclasses import dataclass

BASE_TAG = re.compile(r"base_model:(?:[a-z_]+:)?(?P<id>[\w.-]+(?:/[\w.-]+)?)", re.ASCII)
_LICENSE_TAG = "license:"


@dataclass(frozen=True)
class HubEntry:
    """What the selection reads of it; None and empty where the hub does not say."""

    id: str
    commit: str | None
    tags: frozenset[str] = frozenset()
    files: frozenset[str] | None = None
    """Paths in the repository; None: not listed."""
    model_type: str | None = None
    """As in config.json, such as bert; None also where there is no config.json."""
    pipeline_tag: str | None = None
    library: str | None = None
    num_parameters: int | None = None
    """As in its safetensors files."""
    downloads: int = 0
    """Of the last 30 days."""
    likes: int = 0
    trending_score: int = 0
    created: str = ""
    """ISO 8601, as is `modified`."""
    modified: str = ""
    is_gated: bool = False
    is_hidden: bool = False
    """Private or disabled."""
    is_quantised: bool = False
    has_own_code: bool = False

    @property
    def owner(self) -> str:
        """In lower case; empty for the oldest models, which have none."""
        return self.id.lower().rpartition("/")[0]

    @property
    def name(self) -> str:
        """In lower case, without the owner."""
        return self.id.lower().rpartition("/")[2]

    @property
    def license(self) -> str | None:
        """The licence's tag; of several the first in the alphabet."""
        named = sorted(tag for tag in self.tags if tag.startswith(_LICENSE_TAG))
        return named[0].removeprefix(_LICENSE_TAG) if named else None

    @property
    def bases(self) -> list[str]:
        """The ids of the models that it was made from, in lower case, sorted."""
        matches = (BASE_TAG.fullmatch(tag) for tag in self.tags)
        return sorted({match["id"].lower() for match in matches if match})
