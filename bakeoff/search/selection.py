"""Who of the models that the hub lists takes part: pure, and the same for the same list."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from bakeoff.quoting import printable
from bakeoff.request.model_search import Sort
from bakeoff.search.families import MAX_PER_FAMILY, families_of
from bakeoff.search.hub_entry import HubEntry
from bakeoff.search.search_outcome import DroppedModel, FoundModel, SearchOutcome
from bakeoff.search.unsuitable import Limits, fault


def select(entries: Iterable[HubEntry], limits: Limits) -> SearchOutcome:
    """The first models that can take part, in the order of the query, ties by id.

    Each entry up to the last model found is either found or dropped.
    """
    query = limits.query
    ordered = in_order(entries, query.sort)
    listed = {entry.id.lower(): entry for entry in ordered}
    taken: Counter[tuple[str, ...]] = Counter()
    found: list[FoundModel] = []
    dropped: list[DroppedModel] = []
    for entry in ordered:
        if len(found) == query.limit:
            break
        families = families_of(entry, listed)
        reason = fault(entry, limits)
        if reason is None and any(taken[each] >= MAX_PER_FAMILY for each in families):
            reason = "family", f"{MAX_PER_FAMILY} models of its family come before it."
        if reason is None:
            taken.update(families)
            found.append(_found(entry))
        else:
            kind, sentence = reason
            dropped.append(DroppedModel(id=printable(entry.id), kind=kind, reason=sentence))
    return SearchOutcome(
        query=query,
        exclude=sorted(limits.exclude),
        num_listed=len(found) + len(dropped),
        found=found,
        dropped=dropped,
    )


def in_order(entries: Iterable[HubEntry], sort: Sort) -> list[HubEntry]:
    """The entries with the most first and ties by id, each id once."""
    once = {entry.id: entry for entry in sorted(entries, key=lambda entry: _rank(entry, sort))}
    by_id = sorted(once.values(), key=lambda entry: entry.id)
    return sorted(by_id, key=lambda entry: _rank(entry, sort), reverse=True)


def _rank(entry: HubEntry, sort: Sort) -> Any:
    return {
        "downloads": entry.downloads,
        "likes": entry.likes,
        "trending_score": entry.trending_score,
        "created_at": entry.created,
        "last_modified": entry.modified,
    }[sort]


def _found(entry: HubEntry) -> FoundModel:
    return FoundModel(
        id=entry.id,
        revision=entry.commit or "",
        num_parameters=entry.num_parameters,
        license=entry.license,
        downloads=entry.downloads,
        likes=entry.likes,
        model_type=entry.model_type,
        pipeline_tag=entry.pipeline_tag,
        library=entry.library,
    )
