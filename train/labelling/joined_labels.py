"""Notices texts that seem to hold several labels each, such as "billing|login"."""

from collections.abc import Collection

_DELIMITERS = ("|", ";", ",")
_SHOWN_CHARACTERS = 60


def seeming_delimiter(names: Collection[str]) -> str | None:
    """What separates the labels in the different label texts; None if each seems to be one label.

    Labels that are joined recur in several combinations, so that there are fewer labels than
    texts. In names such as "Albany, NY", most parts have one combination alone.
    """
    for delimiter in _DELIMITERS:
        parts = [_parts(name, delimiter) for name in names]
        distinct = {part for each in parts for part in each}
        are_joined = any(len(each) > 1 for each in parts) and "" not in distinct
        if are_joined and len(distinct) < len(names):
            return delimiter
    return None


def joined_notes(names: Collection[str]) -> list[str]:
    """A sentence on such texts, if there are any."""
    delimiter = seeming_delimiter(names)
    if delimiter is None:
        return []
    example = min(name for name in names if delimiter in name)[:_SHOWN_CHARACTERS]
    return [
        f"Labels such as {example!r} were read as one label each. If they are several with "
        f'{delimiter!r} between them, give "label_delimiter": "{delimiter}".'
    ]


def _parts(name: str, delimiter: str) -> list[str]:
    return [part.strip() for part in name.split(delimiter)]
