"""Nothing that a request, a model or a row says is more than text on the page."""

import base64
import hashlib

import pytest

from bakeoff.report import render
from tests.support import summary_samples as samples
from tests.support.report_pages import SAMPLES, changed


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_loaded_and_no_element_has_a_style_or_a_handler(pages, name):
    for element in pages[name].elements:
        assert element.tag not in ("iframe", "object", "embed", "base", "form", "img")
        for attribute, value in element.attributes.items():
            assert attribute != "style" and not attribute.startswith("on"), element
            if attribute in ("src", "href", "xlink:href", "action"):
                assert value.startswith("#") or value == "data:,", element


def test_the_policy_allows_the_pages_own_style_and_script_alone(pages):
    page = pages["multiclass"]
    policy = page.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        digest = hashlib.sha256(page.one(tag).text.encode()).digest()
        assert f"{directive} 'sha256-{base64.b64encode(digest).decode()}';" in policy


def test_untrusted_text_is_never_markup(htmls, pages):
    page = pages["multiclass"]
    rows = [element.text for element in page.all("blockquote")]
    assert samples.HOSTILE[0] in rows and samples.HOSTILE[1] in rows and samples.HOSTILE[2] in rows
    reason = next(cell.text for cell in page.all("td") if "is gated" in cell.text)
    assert samples.HOSTILE[0] in reason
    assert samples.HOSTILE[0] in page.one("pre").text
    assert len(page.all("script")) == 1 and not page.all("img")
    assert "<script>alert" not in htmls["multiclass"]


def test_a_hostile_name_is_text_in_pictures_too():
    summary = samples.binary()
    name = '"><script>alert(3) $x^2$ & \u202e\x00'
    first = summary.candidates[0].model_copy(update={"name": name, "model": f"org/{name}"})
    page = changed(summary, candidates=[first, *summary.candidates[1:]])
    shown = '"><script>alert(3) $x^2$ & \\u202e\\x00'
    assert shown in [text.text for text in page.all("text")]
    assert shown in page.all("svg")[0].attributes["aria-label"]
    assert len(page.all("script")) == 1


def test_control_characters_are_shown_and_emoji_and_other_scripts_kept(htmls):
    html = htmls["multiclass"]
    assert "turned \\u202e round\\x00\\x07" in html
    assert "\x00" not in html and "\u202e" not in html
    assert "👩🏽‍🔬" in html and "עברית" in html
    html.encode()


def test_half_a_character_does_not_keep_the_page_from_being_written():
    summary = samples.binary()
    row = summary.hardest_rows[0].model_copy(update={"texts": ["half \ud83d of one"]})
    html = render(summary.model_copy(update={"hardest_rows": [row]}), None)
    assert b"half \\ud83d of one" in html.encode()
