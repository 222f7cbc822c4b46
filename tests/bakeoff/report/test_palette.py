import itertools
import math
from collections.abc import Sequence

import pytest

from bakeoff.report.palette import NUM_HEAT_LEVELS, SCHEMES, contrast, heat_level, heat_scale

# Red, green and blue as a colour-blind reader sees them, in linear light.
# Source: G. Machado, M. Oliveira, L. Fernandes, A Physiologically-based Model for Simulation of
# Color Vision Deficiency, 2009; severity 1.
BLINDNESS = {
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopia": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}


_TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["page", "surface", "tint"])
@pytest.mark.parametrize("role", ["ink", "muted", "link"])
def test_text_is_legible(scheme, ground, role):
    colours = SCHEMES[scheme]
    assert contrast(colours[role], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("role", ["mark", "blue", "orange", "purple"])
def test_marks_stand_out_from_the_page(scheme, role):
    colours = SCHEMES[scheme]
    assert contrast(colours[role], colours["page"]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("role", ["blue", "orange"])
def test_numbers_on_a_heat_map_are_legible_at_every_level(scheme, role):
    scale = heat_scale(SCHEMES[scheme], role)
    assert len(scale) == NUM_HEAT_LEVELS
    assert all(contrast(level.ink, level.background) >= 4.5 for level in scale)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_colour_blind_readers_can_distinguish_lines(scheme, blindness):
    seen = [_seen(SCHEMES[scheme][role], blindness) for role in ("blue", "orange", "purple")]
    for first, second in itertools.combinations(seen, 2):
        # A just noticeable difference is about 2.
        assert math.dist(first, second) > 15


def _seen(colour: str, blindness: str) -> tuple[float, float, float]:
    """In CIELAB, where distances are about those that one sees."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    x, y, z = _times(_TO_XYZ, _times(BLINDNESS[blindness], [value**2.2 for value in channels]))
    x, y, z = (math.cbrt(max(0.0, value)) for value in (x / 0.9505, y, z / 1.089))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _times(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def test_contrast_is_that_of_the_web_content_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_little_heat_is_not_none():
    assert heat_level(0) == 0
    assert heat_level(0.001) == 1
    assert heat_level(1) == NUM_HEAT_LEVELS - 1
