"""The report in a real browser: Debian's chromium, as `apt install chromium` puts it there."""

import re
import shutil
import string
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bakeoff.report import picture, render
from bakeoff.report.palette import contrast
from bakeoff.report.pictures.svg import FONTS
from bakeoff.report.pictures.text_width import text_width
from tests.support import summary_samples as samples
from tests.support.crowded_race import NAMES, crowded_race
from tests.support.forty_models import forty_models

playwright = pytest.importorskip("playwright.sync_api")

CHROMIUM = shutil.which("chromium")
SAMPLES = ("binary", "multiclass", "regression", "single", "all_failed", "forty")
PHONE, TABLET, DESK = 375, 768, 1240
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The URLs of reports on disk, by the sample's name."""
    folder = tmp_path_factory.mktemp("reports")
    for name in SAMPLES:
        summary = forty_models() if name == "forty" else getattr(samples, name)()
        card = None if name == "all_failed" else samples.card(summary)
        (folder / f"{name}.html").write_text(render(summary, card), encoding="utf-8")
    (folder / "crowd.html").write_text(render(crowded_race(50), None), encoding="utf-8")
    (folder / "picture.svg").write_text(picture(samples.binary()), encoding="utf-8")
    return {path.stem: path.as_uri() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shown(browser: Any, files: dict[str, str]) -> Iterator[Callable[..., Any]]:
    """Shows a page at a width; each is loaded once, so nothing may be changed in it."""
    pages: dict[tuple[str, bool], Any] = {}

    def page_at(name: str, width: int = DESK, *, is_unfolded: bool = False) -> Any:
        page = pages.get((name, is_unfolded))
        if page is None:
            pages[name, is_unfolded] = page = browser.new_page()
            page.goto(files[name])
            if is_unfolded:
                page.evaluate(
                    "document.querySelectorAll('details').forEach((one) => one.open = true)"
                )
        page.set_viewport_size({"width": width, "height": 700})
        return page

    yield page_at
    for page in pages.values():
        page.close()


@pytest.fixture
def desk(browser: Any) -> Iterator[Any]:
    with browser.new_context(viewport={"width": DESK, "height": 900}) as context:
        yield context.new_page()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_opens_from_disk_without_errors_and_asks_for_nothing_else(desk, files, name):
    messages, requests = [], []
    desk.on("console", lambda message: messages.append(message.text))
    desk.on("pageerror", lambda error: messages.append(str(error)))
    desk.on("dialog", lambda dialog: messages.append(dialog.message))
    desk.on("request", lambda request: requests.append(request.url))
    desk.goto(files[name])
    desk.wait_for_load_state("networkidle")
    assert messages == []
    assert requests == [files[name]]


def column(page: Any, caption: str, title: str) -> list[str]:
    """The texts of a column from top to bottom."""
    return page.evaluate(
        """([caption, title]) => {
            const table = [...document.querySelectorAll("table")]
                .find((table) => table.caption.textContent === caption);
            const index = [...table.tHead.rows[0].cells]
                .findIndex((cell) => cell.textContent.trim() === title);
            return [...table.tBodies[0].rows].map((row) => row.cells[index].textContent.trim());
        }""",
        [caption, title],
    )


def heading(page: Any, caption: str, title: str) -> Any:
    table = page.locator("table", has=page.locator("caption", has_text=caption))
    return table.locator("thead th").filter(has=page.get_by_role("button", name=title, exact=True))


def test_tables_sort_numbers_as_numbers_both_ways(desk, files):
    desk.goto(files["binary"])
    caption, title = "Size, memory and training", "Size on disk"
    sizes = ["8 B", "560 kB", "14.0 MB", "90.8 MB", "91.6 MB"]
    button = heading(desk, caption, title).get_by_role("button")
    button.click()
    assert column(desk, caption, title) == [size.replace(" ", "\u00a0") for size in sizes]
    assert heading(desk, caption, title).get_attribute("aria-sort") == "ascending"
    button.click()
    assert column(desk, caption, title) == [size.replace(" ", "\u00a0") for size in sizes[::-1]]
    assert heading(desk, caption, title).get_attribute("aria-sort") == "descending"
    assert desk.locator("table [aria-sort]").count() == 1


def test_missing_values_come_last_both_ways(desk, files):
    desk.goto(files["multiclass"])
    button = heading(desk, "All candidates", "Std").get_by_role("button")
    for _ in range(2):
        button.click()
        values = column(desk, "All candidates", "Std")
        assert values[0] != "–" and values[-8:] == ["–"] * 8


def test_texts_sort_as_texts_and_by_keyboard(desk, files):
    desk.goto(files["binary"])
    button = heading(desk, "All candidates", "Method").get_by_role("button")
    button.focus()
    desk.keyboard.press("Enter")
    methods = column(desk, "All candidates", "Method")
    assert methods == ["full", "full", "lora", "majority", "tfidf"]
    assert column(desk, "All candidates", "Rank") == ["1", "4", "2", "5", "3"]


def test_without_script_tables_are_shown_without_sort_controls(browser, files):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(files["binary"])
        assert page.get_by_role("button").count() == 0
        assert page.locator("table").first.locator("tbody tr").count() == 5
        assert page.get_by_text("F1", exact=True).first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["binary", "multiclass", "all_failed", "forty"])
def test_all_text_is_legible_in_both_schemes(shown, name, scheme):
    page = shown(name, is_unfolded=True)
    page.emulate_media(color_scheme=scheme)
    found = page.evaluate((HERE / "contrast.js").read_text(encoding="utf-8"))
    assert found["checked"] > 100
    assert found["poor"] == []
    assert (found["page"] < 0.1) == (scheme == "dark")


@pytest.mark.parametrize("width", [PHONE, TABLET, DESK])
@pytest.mark.parametrize("name", SAMPLES)
def test_no_page_is_wider_than_the_screen(shown, name, width):
    page = shown(name, width, is_unfolded=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("is_bold", [False, True])
def test_text_is_at_most_about_as_wide_as_estimated(desk, is_bold):
    texts = [*string.printable.strip(), *samples.HOSTILE, *NAMES, "0.790 to 0.816", "−0.013 …→←–"]
    measured = desk.evaluate(
        """([texts, font]) => {
            const context = document.createElement("canvas").getContext("2d");
            context.font = font;
            return texts.map((text) => context.measureText(text).width);
        }""",
        [texts, f"{'bold' if is_bold else 'normal'} 100px {FONTS}"],
    )
    for text, width in zip(texts, measured, strict=True):
        assert width <= 1.02 * text_width(text, 100, is_bold=is_bold), text


@pytest.mark.parametrize("width", [PHONE, TABLET, DESK])
def test_pictures_fit_and_their_text_is_large_enough_to_read(shown, width):
    sizes = shown("multiclass", width).evaluate(
        """() => [...document.querySelectorAll("svg.picture")]
            .filter((svg) => svg.checkVisibility())
            .map((svg) => {
                const box = svg.getBoundingClientRect();
                const scale = box.width / svg.viewBox.baseVal.width;
                const fonts = [...svg.querySelectorAll("text")]
                    .map((text) => scale * parseFloat(getComputedStyle(text).fontSize));
                return { right: box.right, left: box.left, smallest: Math.min(...fonts) };
            })"""
    )
    # The ranking, the trade-offs, of twelve candidates training curves and unsure rows, slices by
    # length, by label and by two columns, and two learning curves.
    assert len(sizes) == 1 + 3 + 12 + 12 + 4 + 2
    for size in sizes:
        assert size["left"] >= 0 and size["right"] <= width
        assert size["smallest"] >= 8.5


@pytest.mark.parametrize("width", [PHONE, TABLET, DESK])
@pytest.mark.parametrize("name", ["multiclass", "binary", "regression", "crowd", "forty"])
def test_text_in_pictures_does_not_overlap(shown, name, width):
    assert overlapping_texts(shown(name, width)) == []


def overlapping_texts(page: Any) -> list[list[str]]:
    return page.evaluate(
        """() => {
            const meets = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
            const found = [];
            for (const svg of document.querySelectorAll("svg.picture")) {
                if (!svg.checkVisibility()) continue;
                const texts = [...svg.querySelectorAll("text")]
                    .map((text) => [text.textContent, text.getBoundingClientRect()]);
                texts.forEach(([text, box], i) => texts.slice(i + 1).forEach(([other, second]) => {
                    if (meets(box, second)) found.push([text, other]);
                }));
            }
            return found;
        }"""
    )


def test_printing_opens_folded_sections_and_folds_them_again(desk, files):
    desk.goto(files["binary"])
    folded = desk.locator("details:not([open])")
    before = folded.count()
    assert before > 3
    desk.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert folded.count() == 0
    desk.evaluate("dispatchEvent(new Event('afterprint'))")
    assert folded.count() == before


def test_without_script_folded_sections_are_printed_too(browser, files):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(files["binary"])
        cell = page.locator("details:not([open]) table").first
        assert not cell.is_visible()
        page.emulate_media(media="print")
        assert cell.is_visible()


def test_a_page_prints(desk, files):
    desk.goto(files["binary"])
    printed = desk.pdf(format="A4")
    assert printed.startswith(b"%PDF") and printed.count(b"/Type /Page\n") >= 3


def test_paper_is_light_even_in_dark_mode(browser, files):
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.goto(files["binary"])
        page.emulate_media(media="print", color_scheme="dark")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_the_readmes_picture_has_the_ground_that_its_colours_need(browser, files, scheme, is_dark):
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(files["picture"])
        ground, *inks = page.evaluate(
            """() => [document.querySelector("svg > rect"), ...document.querySelectorAll("text")]
                .map((one) => getComputedStyle(one).fill)"""
        )
    assert (contrast(as_hex(ground), "#000000") < 3) == is_dark
    assert len(inks) > 15
    assert all(contrast(as_hex(ink), as_hex(ground)) >= 4.5 for ink in inks)


def as_hex(colour: str) -> str:
    return "#" + "".join(f"{int(channel):02x}" for channel in re.findall(r"\d+", colour))
