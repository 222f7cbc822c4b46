"""Many candidates, seeds and labels leave the page of a size that can be sent."""

from bakeoff.report import render
from bakeoff.report.race import Race
from bakeoff.report.sections.metrics import metrics_table
from bakeoff.report.sections.ownership import ownership_tables
from bakeoff.report.sections.pairs import pairs_section
from bakeoff.report.sections.provenance import models_table
from bakeoff.report.sections.ranking import ranking_table
from bakeoff.summary.label_results import LabelScores
from tests.support import summary_parts as parts
from tests.support import summary_samples as samples
from tests.support.crowded_race import crowded_race
from tests.support.report_pages import MAX_BYTES


def test_twenty_candidates_with_five_seeds_and_77_labels_stay_small(htmls):
    assert len(htmls["multiclass"].encode()) < MAX_BYTES


def test_a_page_of_more_candidates_is_small_too_and_says_what_is_left_out():
    summary = samples.multiclass()
    many = [
        one.model_copy(update={"candidate": f"{one.candidate}-{i}", "rank": 18 * i + one.rank})
        for i in range(4)
        for one in summary.candidates
        if one.rank
    ]
    pairs = parts.pairs_of(many[:30])
    html = render(summary.model_copy(update={"candidates": many, "pairs": pairs}), None)
    assert len(html.encode()) < MAX_BYTES
    assert "The picture shows the best 60 of 72." in " ".join(html.split())
    assert "The matrix shows the best 30 of 72." in html
    assert "The answers are those of" in html


def test_only_the_ranking_has_a_row_for_each_of_more_than_a_hundred_candidates():
    race = Race.of(crowded_race(103))

    shown = [metrics_table(race), *ownership_tables(race), models_table(race)]

    assert {len(table.rows) for table in shown if table} == {100}
    assert shown[0].caption == "All metrics on test: the best 100 of 103"
    assert len(ranking_table(race).rows) == 103


def test_the_matrix_of_a_large_race_has_candidates_whose_pairs_are_known():
    race = crowded_race(40)
    paired = [*race.candidates[:20], *race.candidates[30:]]
    race = race.model_copy(update={"pairs": parts.pairs_of(paired)})

    matrix = pairs_section(Race.of(race)).matrix

    assert matrix and len(matrix.rows) == 30
    assert "–" not in [cell.text for row in matrix.rows for cell in row]


def test_the_labels_that_averages_leave_out_are_named():
    summary = samples.multiclass()
    absent = [score.label for score in summary.candidates[0].label_scores[-2:]]

    def without_rows(candidate):
        scores = [
            score.model_copy(update={"rows": 0}) if score.label in absent else score
            for score in candidate.label_scores
        ]
        return candidate.model_copy(update={"label_scores": scores})

    candidates = [without_rows(each) for each in summary.candidates]
    html = render(summary.model_copy(update={"candidates": candidates}), None)
    assert f"No test row has the labels {absent[0]} and {absent[1]}: averages" in html
    assert "No test row has the label" not in render(summary, None)


def test_a_thousand_labels_leave_the_page_of_a_size_that_can_be_sent():
    few = samples.multiclass()
    labels = [f"label {number}" for number in range(1000)]
    many = [
        LabelScores(label=label, rows=number, precision=0.9, recall=0.8, f1=0.85)
        for number, label in enumerate(labels)
    ]
    candidates = [
        one.model_copy(update={"label_scores": many if one.label_scores else []})
        for one in few.candidates
    ]
    page = render(few.model_copy(update={"candidates": candidates}), None)
    assert len(page.encode()) < MAX_BYTES
    assert "label 999" in page
    assert "label 799" not in page
    assert "the 200 most frequent labels" in page
