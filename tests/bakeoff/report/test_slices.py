"""The report's section on slices of the test rows."""

import pytest

from bakeoff.report import render
from bakeoff.report.pictures.slices import slices_picture
from bakeoff.report.race import Race
from bakeoff.report.sections.slices import num_beaten, scores_table, slices_table
from tests.support import summary_samples as samples
from tests.support.report_documents import Page


@pytest.fixture(scope="module")
def race():
    return Race.of(samples.binary())


def test_each_slice_is_a_row_with_the_first_and_the_best_other(race):
    table = slices_table(race)

    rows = {row[0].text: row for row in table.rows}
    assert list(rows)[-5:] == ["US", "GB", "IN", "other values", "no value"]
    beaten = rows["US"]
    assert beaten[4].text == "all-MiniLM-L6-v2 (lora)"
    assert beaten[6].text.startswith("▲ +")
    assert beaten[7].text == "0.004"
    assert rows["no value"][0].note == "country · too few rows to test"
    assert rows["no value"][7].text == "–"


def test_every_candidate_has_a_score_on_every_slice(race):
    table = scores_table(race)

    assert [column.title for column in table.columns[2:]] == ["#1", "#2", "#3", "#4", "#5"]
    assert all(cell.value is not None for row in table.rows for cell in row[2:])
    marked = [[cell.kind for cell in row[2:]] for row in table.rows if row[0].text == "US"]
    assert marked == [["", "o3", "", "", ""]]


def test_the_picture_says_in_words_what_it_shows(race):
    *_, country = race.summary.slices.groupings

    picture = slices_picture(race, country)

    assert picture.description.startswith("Slices by country, F1 of the candidate ranked first.")
    assert "US, 300 rows: " in picture.description
    assert picture.description.count("significantly better: all-MiniLM-L6-v2 (lora)") == 1


def test_the_page_counts_the_slices_on_which_the_first_is_worse(race):
    page = Page(render(race.summary, None))

    assert num_beaten(race) == 1
    assert any(one.text == "On 1 slice another candidate is significantly better."
               for one in page.all("p"))  # fmt: skip


@pytest.mark.parametrize("kind", ["few_rows", "no_score"])
def test_slices_without_a_test_or_a_score_are_shown(race, kind):
    slices = race.summary.slices
    untested = [
        grouping.model_copy(
            update={
                "slices": [
                    part.model_copy(
                        update={
                            "untested": kind,
                            "scores": [
                                each.model_copy(
                                    update={
                                        "score": None if kind == "no_score" else each.score,
                                        "interval": None,
                                        "difference": None,
                                        "difference_interval": None,
                                        "p_value_adjusted": None,
                                        "beats_best": None,
                                    }
                                )
                                for each in part.scores
                            ],
                        }
                    )
                    for part in grouping.slices
                ]
            }
        )
        for grouping in slices.groupings
    ]
    summary = race.summary.model_copy(
        update={"slices": slices.model_copy(update={"groupings": untested})}
    )

    page = Page(render(summary, None))

    text = next(one.text for one in page.all("section", id="slices"))
    assert "On no slice is another candidate significantly better." in text
