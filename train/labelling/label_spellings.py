"""Labels that are probably meant to be one, and differ only in how they are written."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence

from source.numerals import number_in

_MOST_GROUPS = 10
_SHOWN_CHARACTERS = 60


def spelling_notes(rows: Mapping[str, int]) -> list[str]:
    """A sentence on labels that are alike; `rows` are the training rows of each."""
    groups = [group for group in _by_likeness(rows).values() if len(group) > 1]
    if not groups:
        return []
    listed = "; ".join(_listed(group, rows) for group in groups[:_MOST_GROUPS])
    more = f"; and {len(groups) - _MOST_GROUPS} more" if len(groups) > _MOST_GROUPS else ""
    return [
        "Labels that differ only in case, white space, Unicode form or the way a number is written "
        f"are different labels: {listed}{more}."
    ]


def _listed(group: Sequence[str], rows: Mapping[str, int]) -> str:
    # Names that look the same are shown by their characters' codes.
    look_alike = len({unicodedata.normalize("NFKC", name) for name in group}) < len(group)
    show = ascii if look_alike else repr
    return ", ".join(f"{show(name)[:_SHOWN_CHARACTERS]} ({rows[name]:,} rows)" for name in group)


def same_numbers(names: Collection[str]) -> list[str]:
    """The first labels that would be one as numbers, such as 1.1 and 1.10; [] if there are none."""
    groups: dict[float | None, list[str]] = {}
    for name in sorted(names):
        group = groups.setdefault(number_in(name), [])
        group.append(name)
    return next((group for key, group in groups.items() if key is not None and group[1:]), [])


def alike(name: str, names: Collection[str]) -> str | None:
    """One of the names that differs only in how it is written."""
    return next((other for other in names if _essence(other) == _essence(name)), None)


def _by_likeness(names: Collection[str]) -> dict[object, Sequence[str]]:
    groups: dict[object, list[str]] = {}
    for name in names:
        groups.setdefault(_essence(name), []).append(name)
    return dict(groups)


def _essence(name: str) -> object:
    number = number_in(name)
    if number is not None:
        return number
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
