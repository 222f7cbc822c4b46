"""The report as a page: its parts, their order and how they refer to each other."""

import itertools
import re

import pytest

from bakeoff.report import render
from bakeoff.summary.document import Summary
from tests.support import summary_samples as samples
from tests.support.report_pages import SAMPLES, changed, sample

SECTIONS = [
    "Ranking",
    "How the race went",
    "Trade-offs",
    "What a model costs to own",
    "Planned and actual cost",
    "Would more labels help?",
    "Learning rates",
    "Training curves",
    "Predicted and true numbers",
    "Confusion matrices",
    "Scores by label",
    "Probabilities",
    "When unsure rows go to people",
    "Slices of the test rows",
    "Pairwise comparison",
    "All metrics",
    "Hardest test rows",
    "Suspect labels",
    "The data",
    "Use this model",
    "Failures",
    "Provenance",
]
OF_CLASSES = (
    "Confusion matrices",
    "Scores by label",
    "Probabilities",
    "When unsure rows go to people",
)
OF_NUMBERS = ("Predicted and true numbers",)
WITH_CURVE = ("binary", "multiclass")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_section_is_present_whatever_data_is_missing(pages, name):
    headings = [heading.text for heading in pages[name].all("h2") if "main" in heading.ancestors]
    is_staged = name == "forty"
    left_out = OF_CLASSES if name == "regression" else OF_NUMBERS
    assert headings == [
        "How forty became three" if is_staged and each == SECTIONS[1] else each
        for each in SECTIONS
        if each not in left_out and (name in WITH_CURVE or each != "Would more labels help?")
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_contents_lead_to_every_section_in_order(pages, name):
    sections = [
        each.attributes["id"] for each in pages[name].all("section") if "id" in each.attributes
    ]
    links = [each.attributes["href"] for each in pages[name].all("a") if "nav" in each.ancestors]
    assert links == [f"#{each}" for each in sections]


@pytest.mark.parametrize("name", SAMPLES)
def test_headings_do_not_skip_a_level(pages, name):
    levels = [
        int(element.tag[1])
        for element in pages[name].elements
        if re.fullmatch("h[1-6]", element.tag)
    ]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("name", SAMPLES)
def test_ids_are_unique_and_all_that_is_referred_to_is_there(pages, name):
    elements = pages[name].elements
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in elements:
        for attribute, value in element.attributes.items():
            for reference in re.findall(r"url\(#([^)]+)\)", value):
                assert reference in ids
            if attribute in ("href", "xlink:href") and value.startswith("#"):
                assert value[1:] in ids


def test_candidates_are_called_by_their_names_everywhere_on_the_page():
    summary = samples.binary()
    names = ["a/checkpoint-500", "b/checkpoint-500"]
    first, second = (
        one.model_copy(update={"name": name, "model": f"s3://bucket/{name}/"})
        for one, name in zip(summary.candidates[:2], names, strict=True)
    )
    page = changed(summary, candidates=[first, second, *summary.candidates[2:]])
    drawn = [text.text for text in page.all("text")]
    cells = [cell.text for cell in page.all("th")]
    for name in names:
        assert name in drawn
        assert name in cells
    assert "checkpoint-500" not in [*drawn, *cells]


def test_equal_input_gives_equal_bytes(htmls):
    summary = samples.binary()
    assert render(summary, samples.card(summary)) == htmls["binary"]
    again = Summary.from_json(summary.to_json())
    assert render(again, samples.card(again)) == htmls["binary"]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_picture_is_described_in_words(pages, name):
    summary = sample(name)
    pictures = pages[name].all("svg")
    ranked = [one for one in summary.candidates if one.rank is not None]
    assert bool(pictures) == bool(ranked)
    for picture in pictures:
        assert picture.attributes["role"] == "img"
        assert "figure" in picture.ancestors
    labels = [picture.attributes["aria-label"] for picture in pictures]
    metric = summary.conditions.main_metric
    for one in ranked:
        mean = f"{one.metrics[metric].mean:.3f}".replace("-", "−")
        assert mean in labels[0] or one.metrics[metric].mean < 0.0005


def test_numbers_sort_by_their_value_and_missing_ones_have_none(pages):
    cells = [
        cell
        for cell in pages["binary"].all("td")
        if cell.attributes.get("class", "").startswith("num")
    ]
    assert any(cell.text == "90.8\u00a0MB" for cell in cells)
    for cell in cells:
        if cell.text == "90.8\u00a0MB":
            assert float(cell.attributes["data-value"]) == 90_800_000
        if cell.text == "–":
            assert "data-value" not in cell.attributes
