"""How wide text is when drawn, estimated without a font.

The widths are those of DejaVu Sans, rounded up to the widest character of a class. It is the
widest of the fonts in `svg.FONTS`, so text takes at most about as much room as estimated.
"""

import unicodedata

from bakeoff.report.pictures.svg import TEXT_SIZE

# In units of the font size: characters, width in regular type, width in bold type.
_CLASSES = (
    (" '.,:;!ijlI/\\|\N{NO-BREAK SPACE}", 0.41, 0.46),
    ("-()[]ftrJ", 0.42, 0.5),
    ('"*_`?czs\N{EN DASH}', 0.56, 0.61),
    ("LFEvxykPTabdeghnopqu0123456789$S{}", 0.64, 0.74),
    ("ABCKRVXYZ", 0.7, 0.78),
    ("UDGHNOQ&w", 0.82, 0.93),
    ("#+<=>^~\N{MINUS SIGN}\N{LEFTWARDS ARROW}\N{RIGHTWARDS ARROW}", 0.84, 0.84),
)
_WIDTHS = {
    character: (regular, bold) for characters, regular, bold in _CLASSES for character in characters
}
_WIDEST_LATIN = (1.0, 1.11)
_OTHER_LETTER = (0.85, 1.0)
_FULL_WIDTH = (1.05, 1.1)
_EMOJI = (1.4, 1.4)
# Marks that combine with the character before them, and joiners.
_NO_WIDTH = {"Mn", "Me", "Cf"}


def text_width(text: str, size: float = TEXT_SIZE, *, is_bold: bool = False) -> float:
    """In CSS pixels, for text of `size` CSS pixels."""
    return size * sum(_width(character)[is_bold] for character in text)


def shortened_to(
    text: str, max_width: float, size: float = TEXT_SIZE, *, is_bold: bool = False
) -> str:
    """`text` if it fits; otherwise with an ellipsis in its middle, as names differ in their ends.

    Line breaks and tabs become spaces.
    """
    text = " ".join(text.split())
    if text_width(text, size, is_bold=is_bold) <= max_width:
        return text
    for kept in range(len(text) - 1, 0, -1):
        left = (kept * 3 + 4) // 5
        shorter = f"{text[:left]}…{text[len(text) - (kept - left) :]}"
        if text_width(shorter, size, is_bold=is_bold) <= max_width:
            return shorter
    return "…"


def _width(character: str) -> tuple[float, float]:
    known = _WIDTHS.get(character)
    if known:
        return known
    if character.isascii() or character == "…":
        return _WIDEST_LATIN
    category = unicodedata.category(character)
    if category in _NO_WIDTH:
        return 0.0, 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return _FULL_WIDTH if category.startswith("L") else _EMOJI
    return _OTHER_LETTER if category.startswith(("L", "N")) else _EMOJI
