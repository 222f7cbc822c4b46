"""Nothing in the report says nothing, says it twice, or contradicts what is beside it."""

import re

import pytest

from bakeoff.metrics import distinct, headlines
from bakeoff.report import render
from bakeoff.report.numbers import ABSENT
from bakeoff.report.race import Race
from bakeoff.report.sections.hardest import hardest_rows
from bakeoff.report.sections.metrics import metrics_table
from bakeoff.report.sections.ownership import ownership_tables, spending_section
from bakeoff.report.sections.ranking import ranking_table
from bakeoff.report.tables import Table
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary
from tests.support import summary_samples as samples
from tests.support.report_documents import Page

SAMPLES = ("binary", "multiclass", "regression", "single")


def with_ownership(summary: Summary, **owned: object) -> Summary:
    def changed(one: CandidateSummary) -> CandidateSummary:
        return one.model_copy(update={"ownership": one.ownership.model_copy(update=owned)})

    return summary.model_copy(update={"candidates": [changed(one) for one in summary.candidates]})


def columns(table: Table) -> list[str]:
    return [column.title for column in table.columns]


@pytest.mark.parametrize("name", SAMPLES)
def test_no_table_has_a_column_of_dashes(name: str) -> None:
    race = Race.of(getattr(samples, name)())
    spending = spending_section(race)
    tables = [ranking_table(race), *ownership_tables(race), spending.table, spending.by_candidate]
    for table in tables:
        if table is None:
            continue
        for place, title in enumerate(columns(table)):
            said = {row[place].text for row in table.rows} - {"", ABSENT}
            always = 5 if table.caption == "All candidates" else 0
            assert said or place < always or place == table.header_index, title


def test_what_was_neither_planned_nor_priced_has_no_place_beside_the_actual_times() -> None:
    summary = samples.binary()
    unpriced = summary.spending.model_copy(update={"plan": None, "cost_usd": None})

    spending = spending_section(Race.of(summary.model_copy(update={"spending": unpriced})))

    assert columns(spending.table) == ["", "Actual"]
    assert len(spending.table.rows) == 1
    assert spending.by_candidate is None


def test_a_run_elsewhere_names_no_instance_as_if_it_was_used() -> None:
    summary = with_ownership(
        samples.binary(), machine="local", device="Ryzen 7, 8 threads", instance_type="ml.g5.xlarge"
    )
    race = Race.of(summary)

    speed = ownership_tables(race)[1]
    machines = {row[columns(speed).index("Machine")].text for row in speed.rows}
    assert machines == {"Ryzen 7, 8 threads"}
    assert any("AWS billed nothing" in note for note in spending_section(race).notes)


def test_a_run_on_instances_names_them() -> None:
    race = Race.of(with_ownership(samples.binary(), machine="ml.g5.xlarge"))

    speed = ownership_tables(race)[1]
    machines = {row[columns(speed).index("Machine")].text for row in speed.rows}
    assert all(machine.startswith("ml.") for machine in machines)
    assert not any("AWS billed nothing" in note for note in spending_section(race).notes)


@pytest.mark.parametrize("main_metric", ["f1", "macro_f1", "recall", "balanced_accuracy"])
def test_metrics_that_are_equal_by_definition_are_shown_once(main_metric: str) -> None:
    shown = headlines("multiclass", main_metric)
    everything = distinct((main_metric, *samples.multiclass().candidates[0].metrics), "multiclass")

    for names in (shown, everything):
        assert names[0] == main_metric
        assert len({"f1", "macro_f1"} & set(names)) == 1
        assert len({"recall", "balanced_accuracy"} & set(names)) == 1
    # Of two labels they differ.
    assert {"f1", "macro_f1"} <= set(distinct(("f1", "macro_f1", "recall"), "binary"))


def test_the_report_shows_equal_metrics_once() -> None:
    table = metrics_table(Race.of(samples.multiclass()))
    assert table is not None
    values = [tuple(row[place].text for row in table.rows) for place in range(len(table.columns))]
    assert "Macro F1" not in columns(table) and "Balanced accuracy" not in columns(table)
    assert len(set(values)) == len(values)


def test_whose_answers_count_for_the_hardest_rows_is_said_beside_those_that_do_not() -> None:
    race = Race.of(samples.binary())
    for row in hardest_rows(race):
        assert row.wrong.endswith("of the models' jobs")
        for answer in row.answers:
            for tag, name, _ in answer.by:
                assert ("(baseline)" in tag) == name.startswith("baseline/")


def test_where_only_baselines_competed_their_jobs_count() -> None:
    summary = samples.binary()
    baselines = [one for one in summary.candidates if one.is_baseline]
    race = Race.of(summary.model_copy(update={"candidates": baselines}))

    assert all(row.wrong.endswith("of all jobs") for row in hardest_rows(race))


def test_a_single_epoch_is_drawn_as_a_point_that_is_seen() -> None:
    summary = samples.binary()
    first = summary.candidates[0]
    short = [
        curve.model_copy(update={"epochs": curve.epochs[:1]}) for curve in first.learning_curves
    ]
    candidate = first.model_copy(update={"learning_curves": short})
    page = Page(render(summary.model_copy(update={"candidates": [candidate]}), None))

    picture = page.one("svg", **{"aria-label": description_of_curves(page)})
    assert picture.text.count("epoch") >= 1
    radii = [float(one.attributes["r"]) for one in page.all("circle") if "r" in one.attributes]
    assert 3.0 in radii


def description_of_curves(page: Page) -> str:
    labels = [one.attributes.get("aria-label", "") for one in page.all("svg")]
    return next(label for label in labels if re.match("Training curves of", label))
