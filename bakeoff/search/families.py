"""Which models are relatives of each other, so that a race does not take one ten times."""

import re
from collections.abc import Mapping

from bakeoff.search.hub_entry import HubEntry

MAX_PER_FAMILY = 2
"""Models of a family that a search finds: those that come first."""

_LONGEST_LINE = 10
"""Generations from a model back to the one that all others are made from."""
_VARIANT = re.compile(r"[-_.](?:uncased|cased|v?\d+(?:\.\d+){0,2}|latest|new|hf)$", re.ASCII)


def families_of(entry: HubEntry, listed: Mapping[str, HubEntry]) -> frozenset[tuple[str, ...]]:
    """Everything that makes the model a relative of others; two models that share one are a family.

    - the model that it goes back to, by the base_model tags, or itself: fine-tuned models and
      copies. It counts by its name without owner, as old tags have it;
    - the same owner and name, but for a version or `cased` and `uncased` at its end;
    - the same owner, type and number of parameters.

    Args:
        listed: models of the hub by their ids in lower case, to follow a line of bases.
    """
    roots = _roots(entry, listed)
    found: set[tuple[str, ...]] = {("base", root.rpartition("/")[2]) for root in roots}
    found.add(("name", entry.owner, _stem(entry.name)))
    if entry.num_parameters is not None and entry.model_type is not None:
        found.add(("size", entry.owner, entry.model_type, str(entry.num_parameters)))
    return frozenset(found)


def _roots(entry: HubEntry, listed: Mapping[str, HubEntry]) -> set[str]:
    """The ids of the models that it goes back to and that go back to none, as far as is known."""
    roots: set[str] = set()
    generation, seen = {entry.id.lower()}, set[str]()
    for _ in range(_LONGEST_LINE):
        seen |= generation
        parents: set[str] = set()
        for model in generation:
            known = entry if model == entry.id.lower() else listed.get(model)
            bases = {base for base in known.bases if base not in seen} if known else set()
            parents |= bases
            if not bases:
                roots.add(model)
        if not parents:
            break
        generation = parents
    return roots or generation


def _stem(name: str) -> str:
    """The name without what tells its variants apart: bert-base-uncased as bert-base."""
    while (shorter := _VARIANT.sub("", name)) != name:
        name = shorter
    return name
