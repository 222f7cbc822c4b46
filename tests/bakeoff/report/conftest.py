import pytest

from bakeoff.report import render
from tests.support import summary_samples as samples
from tests.support.report_documents import Page
from tests.support.report_pages import SAMPLES, sample


@pytest.fixture(scope="session")
def htmls() -> dict[str, str]:
    made = {}
    for name in SAMPLES:
        summary = sample(name)
        card = None if name == "all_failed" else samples.card(summary)
        made[name] = render(summary, card)
    return made


@pytest.fixture(scope="session")
def pages(htmls: dict[str, str]) -> dict[str, Page]:
    return {name: Page(html) for name, html in htmls.items()}
