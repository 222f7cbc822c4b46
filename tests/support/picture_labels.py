"""Asserts that the labels of a picture lie within it."""

from xml.etree.ElementTree import Element

from bakeoff.report.pictures.text_width import text_width


def assert_labels_have_room(svg: Element) -> None:
    """No text that ends at its place begins left of the picture."""
    for one in svg.iter("text"):
        if one.get("text-anchor") == "end":
            width = text_width(one.text or "", float(one.attrib["font-size"]))
            assert float(one.attrib["x"]) >= width, one.text
