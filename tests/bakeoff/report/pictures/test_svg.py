from xml.etree import ElementTree

from bakeoff.report.palette import DARK, LIGHT
from bakeoff.report.pictures import svg

HOSTILE = "\"><script>alert(1)</script> & 'x' ]]> {{ 7 * 7 }}"


def picture(*elements: ElementTree.Element) -> svg.Picture:
    return svg.Picture(40, 20.5, HOSTILE, elements)


def test_a_picture_states_its_size_and_content():
    root = ElementTree.fromstring(picture().inline())
    assert root.attrib == {
        "class": "picture",
        "role": "img",
        "aria-label": HOSTILE,
        "viewBox": "0 0 40 20.5",
        "width": "40",
        "height": "20.5",
    }


def test_texts_titles_and_descriptions_are_escaped():
    named = svg.group([svg.text(1, 2, HOSTILE)], title=HOSTILE)
    for written in (picture(named).inline(), picture(named).standalone(HOSTILE)):
        assert "<script>" not in written
        root = ElementTree.fromstring(written)
        texts = [one.text for one in root.iter() if one.tag.endswith(("text", "title"))]
        assert texts and set(texts) == {HOSTILE}


def test_numbers_are_short_and_have_no_negative_zero():
    element = svg.line((-0.001, 1 / 3), (100, 1e-9), "rule")
    assert [element.attrib[name] for name in ("x1", "y1", "x2", "y2")] == ["0", "0.33", "100", "0"]


def test_a_file_has_a_title_a_background_and_the_colours_of_both_modes():
    root = ElementTree.fromstring(picture().standalone("Ranking of imdb"))
    title, style, ground = root
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert title.text == "Ranking of imdb"
    assert ground.attrib["fill"] == "var(--page)" and ground.attrib["height"] == "20.5"
    light, dark = (style.text or "").split("@media (prefers-color-scheme:dark)")
    assert all(colour in light for colour in LIGHT.values())
    assert all(colour in dark for colour in DARK.values())
