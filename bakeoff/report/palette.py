"""The colours of light and dark mode: Okabe and Ito's, which colour-blind readers can distinguish.

A role is a colour's purpose. Page and pictures refer to roles as CSS variables, so that one
picture serves both modes.

Source: M. Okabe and K. Ito, Color Universal Design, 2008.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Colours = Mapping[str, str]

LIGHT: Colours = {
    "page": "#ffffff",
    "surface": "#f5f7f8",
    "tint": "#e6f1f8",
    "ink": "#1b2026",
    "muted": "#59626c",
    "rule": "#d8dde2",
    "mark": "#8a939c",
    "link": "#005b8e",
    "blue": "#0072b2",
    "orange": "#d55e00",
    "purple": "#c56c9e",
}
DARK: Colours = {
    "page": "#14171a",
    "surface": "#1c2024",
    "tint": "#14293a",
    "ink": "#e3e6e9",
    "muted": "#9ca6b0",
    "rule": "#31373d",
    "mark": "#7b858f",
    "link": "#7cc3ee",
    "blue": "#56b4e9",
    "orange": "#e69f00",
    "purple": "#cc79a7",
}
SCHEMES: Mapping[str, Colours] = {"light": LIGHT, "dark": DARK}

NUM_HEAT_LEVELS = 10
_STRONGEST = 0.85
_INKS = ("#000000", "#ffffff")
_LEGIBLE = 4.5


@dataclass(frozen=True)
class Heat:
    """A level of a heat map: the colours of a cell and of its text."""

    background: str
    ink: str


def heat_scale(colours: Colours, role: str) -> list[Heat]:
    """Even steps from the page's colour to almost that of the role."""
    levels = []
    for level in range(NUM_HEAT_LEVELS):
        share = _STRONGEST * level / (NUM_HEAT_LEVELS - 1)
        background = _mixed(colours["page"], colours[role], share)
        levels.append(Heat(background, _ink_on(background, colours["ink"])))
    return levels


def _ink_on(background: str, preferred: str) -> str:
    if contrast(preferred, background) >= _LEGIBLE:
        return preferred
    return max(_INKS, key=lambda ink: contrast(ink, background))


def heat_level(share: float) -> int:
    """The level for 0..1; only 0 itself has level 0."""
    if share <= 0:
        return 0
    return max(1, min(NUM_HEAT_LEVELS - 1, round(share * (NUM_HEAT_LEVELS - 1))))


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)


def _mixed(first: str, second: str, share: float) -> str:
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
