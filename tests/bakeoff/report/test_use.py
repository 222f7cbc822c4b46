"""What the report tells to type."""

import json

import pytest

from bakeoff.report.race import Race
from bakeoff.report.sections.use import again, use
from bakeoff.summary.kept_model import KeptModel
from tests.support import summary_samples
from tests.support.kept_run import NAME, kept_summary
from tests.support.run_samples import resolved_with


def test_the_best_model_needs_no_name():
    found = use(Race.of(kept_summary()))

    assert found.commands.splitlines()[0] == (
        f"bakeoff predict {NAME} ROWS.csv --output predictions.csv"
    )
    assert "--candidate" not in found.commands + found.sentence


def test_others_that_were_kept_are_told():
    summary = kept_summary()
    second = summary.candidates[1]
    more = KeptModel(candidate=second.candidate, seed=second.seeds[0], file="m.tar.gz")

    both = use(Race.of(summary.model_copy(update={"kept_models": [*summary.kept_models, more]})))
    only = use(Race.of(summary.model_copy(update={"kept_models": [more]})))

    assert "Kept too: 1 other," in both.sentence
    assert f"--candidate {second.candidate}" in only.commands


@pytest.mark.parametrize("sample", ["binary", "all_failed"])
def test_without_a_kept_model_there_is_no_command(sample):
    found = use(Race.of(getattr(summary_samples, sample)()))

    assert found.commands is None
    assert found.sentence


def test_the_same_comparison_is_told_where_the_request_is_whole():
    resolved = resolved_with()
    summary = summary_samples.binary()
    document = resolved.model_dump(mode="json")
    first = summary.candidates[0].model_copy(update={"candidate": resolved.candidates[0].candidate})
    provenance = summary.provenance.model_copy(update={"request": document})
    whole = summary.model_copy(update={"candidates": [first], "provenance": provenance})

    found = again(Race.of(whole))

    assert json.loads(found.request)["models"][0]["revision"] == first.model_revision
    assert found.commands.startswith("bakeoff run rt-polarity.json")
    assert again(Race.of(summary)) is None
