"""The licence of the base model, which may be learnt after the card was written."""

import re

UNKNOWN = "The licence of the base model is not known here: it holds for this one, too."
_TAG = re.compile(r"[a-z0-9][a-z0-9.-]{0,60}")
_LICENSE = re.compile(r"^license: .*$", re.MULTILINE)


def with_license(card: str, license: str | None) -> str:
    """The card with the hub's tag of the licence; unchanged if it is not known, or the card says
    one already."""
    head, mark, rest = card.removeprefix("---\n").partition("\n---\n")
    if license is None or not _TAG.fullmatch(license) or not mark or _LICENSE.search(head):
        return card
    body = rest.replace(f"- {UNKNOWN}\n", "")
    return f'---\n{head}\nlicense: "{license}"\n---\n{body}'
