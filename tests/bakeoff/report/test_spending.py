"""Planned and actual cost."""

from bakeoff.report.race import Race
from bakeoff.report.sections.ownership import spending_section
from tests.support import summary_samples as samples

CHOSEN = "The budget allows 12 models from the search and 1 seed."


def test_what_the_budget_decided_is_said_beside_the_budget():
    summary = samples.binary()
    plan = summary.spending.plan.model_copy(update={"chosen": [CHOSEN]})
    spending = summary.spending.model_copy(update={"plan": plan})

    notes = spending_section(Race.of(summary.model_copy(update={"spending": spending}))).notes

    assert notes[notes.index(CHOSEN) - 1].startswith("The budget was")
