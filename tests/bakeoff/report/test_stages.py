"""The sections on stages and learning rates, and candidates' marks."""

import pytest

from bakeoff.report import render
from bakeoff.report.pictures.rates import rates_picture, scales
from bakeoff.report.pictures.stages import NARROW, WIDE, description, stages_picture
from bakeoff.report.race import Race
from bakeoff.report.sections.rates import rate, rates_table
from bakeoff.report.sections.stages import stages_section
from bakeoff.report.tradeoff import PRICES, Tradeoff
from bakeoff.summary.marks import Mark
from tests.support import summary_samples as samples
from tests.support.forty_models import forty_models
from tests.support.report_documents import Page
from tests.support.staged import StagedRun


@pytest.fixture(scope="module")
def forty():
    return forty_models()


@pytest.fixture(scope="module")
def page(forty):
    return Page(render(forty, None))


def test_the_section_is_named_after_the_numbers_in_words(page, forty):
    headings = [heading.text for heading in page.all("h2")]
    assert "How forty became three" in headings
    assert stages_section(Race.of(StagedRun().summary())).title == "How nine became three"
    assert stages_section(Race.of(samples.binary())) is None


def test_every_candidate_that_stopped_has_a_row_with_its_place_and_reason(forty):
    table = stages_section(Race.of(forty)).dropped

    assert len(table.rows) == 37
    first = [cell.text for cell in table.rows[0]]
    assert first[:2] == ["encoder-v3", "50\N{NO-BREAK SPACE}% of the steps"]
    assert first[2].endswith(" of 7") and first[4] == "0.770"
    assert first[-1] == "It came too late for a place."


def test_finalists_have_their_scores_from_stage_to_stage(forty):
    table = stages_section(Race.of(forty)).finalists

    assert [column.title for column in table.columns][2:] == [
        "Screening", "25\N{NO-BREAK SPACE}% of the steps", "50\N{NO-BREAK SPACE}% of the steps",
        "Test",
    ]  # fmt: skip
    assert [row[-1].text for row in table.rows] == ["0.860", "0.850", "0.840"]


def test_what_was_saved_and_how_well_the_stages_agree_is_said(forty):
    notes = stages_section(Race.of(forty)).notes

    assert notes[0] == (
        "The search looked at 200 models on the hub and took 40. It left out 160: 61 licence, 99 "
        "family."
    )
    assert "Kendall's tau 0.58" in notes[1] and "\N{MINUS SIGN}0.33" in notes[2]
    assert notes[3].startswith("The race took 19\N{NO-BREAK SPACE}% of the time (5")
    assert "estimate" in notes[3]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_picture_of_the_stages_stays_within_its_width(forty, width):
    race = Race.of(forty)
    picture = stages_picture(race, forty.race, width)
    text = Page(picture.inline())

    names = [one.text for one in text.all("text")]
    assert {"Screening", "Final"} <= set(names)
    points = [
        float(pair.split(",")[0])
        for line in text.all("polyline")
        for pair in line.attributes["points"].split()
    ]
    assert len(text.all("polyline")) == 14 and 0 < min(points) < max(points) < width
    assert "40 entered, 14 went on" in description(race, forty.race)


def test_a_stage_with_hundreds_of_entrants_is_no_taller_than_one_with_forty(forty):
    race = Race.of(forty)
    first, *others = forty.race.stages
    many = [
        one.model_copy(update={"candidate": f"{one.candidate}-{copy}"})
        for copy in range(20)
        for one in first.entrants
    ]
    crowded = forty.race.model_copy(
        update={"stages": [first.model_copy(update={"entrants": many}), *others]}
    )

    usual = stages_picture(race, forty.race, WIDE)
    assert stages_picture(race, crowded, WIDE).height == usual.height


def test_those_that_dropped_out_are_not_in_the_ranking_and_did_not_fail(page):
    ranking = page.one("div", **{"aria-label": "All candidates"})
    assert "encoder-v0" in ranking.text and "encoder-v3" not in ranking.text
    assert page.one("section", id="failures").text.count("Nothing failed.") == 1


def test_rates_are_shown_as_powers_of_ten():
    assert [rate(value).replace("\N{MINUS SIGN}", "-") for value in (5e-5, 1.5e-4, 1e-3, 0.2)] == [
        "5e-5", "1.5e-4", "1e-3", "2e-1",
    ]  # fmt: skip


def test_the_rates_tried_are_a_table_and_a_picture_for_each_candidate(forty, page):
    race = Race.of(forty)
    table, second = rates_table(race), race.ranked[1]
    tried = table.rows[1][4].text.replace("\N{MINUS SIGN}", "-")

    assert tried == "5e-5: 0.710, 1.5e-4: 0.830, 4.5e-4: diverged"
    picture = rates_picture(race, second, scales(race.ranked[:3]))
    assert "4.5e" in picture.description and "diverged" in picture.description
    assert len(page.one("section", id="rates").text) > 0
    assert rates_table(Race.of(samples.binary())) is None


def test_marks_stand_beside_the_names_and_their_sentences_below_the_ranking(page):
    section = page.one("section", id="ranking").text

    assert "still improving" in section
    assert "It was still improving when it stopped." in section


def test_what_has_learnt_nothing_is_on_no_picture_of_trade_offs():
    summary = samples.binary()
    nothing = Mark(kind="learnt_nothing", sentence="It learnt nothing.")
    fourth = summary.candidates[3].model_copy(update={"marks": [nothing]})
    changed = [*summary.candidates[:3], fourth, summary.candidates[4]]

    race = Race.of(summary.model_copy(update={"candidates": changed}))

    for price in PRICES:
        shown = Tradeoff.of(race, price)
        assert [one.rank for one in shown.candidates] == [1, 2, 3]
        assert all(one.rank in (1, 2, 3) for one in shown.front)
